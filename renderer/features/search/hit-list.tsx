import { memo, useEffect, useRef } from 'react';
import type { Hit } from '../../../preload/contract/search.ts';
import { searchWords } from '../../messages/screens.ts';
import { Bar, Marked, Rating, scoreText } from '../../ui/marks.tsx';

function Score({ name, value }: { name: string; value: number | null }) {
  return (
    <span className="hit-score">
      {name} <Bar value={value} /> <span className="num">{value === null ? '–' : scoreText(value)}</span>
    </span>
  );
}

const HitRow = memo(function HitRow({
  hit,
  current,
  onOpen,
}: {
  hit: Hit;
  current: boolean;
  onOpen: (hit: Hit) => void;
}) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <li ref={row} className={current ? 'hit current' : 'hit'} aria-current={current ? 'true' : undefined}>
      <button type="button" className="hit-open" onClick={() => onOpen(hit)}>
        <span className="hit-title">
          {hit.title} <Rating reliability={hit.reliability} credibility={hit.credibility} />
        </span>
        <span className="hit-snippet">
          <Marked text={hit.snippet} marks={hit.marks} />
        </span>
        <span className="hit-why">{hit.why}</span>
        {hit.sameWords > 0 ? <span className="hit-why">{searchWords.same(hit.sameWords)}</span> : null}
      </button>
      <span className="hit-side">
        <span>{hit.source}</span>
        <span className="num">
          {hit.published}{' '}
          {hit.page === null ? null : <span className="ref">{searchWords.page(hit.page)}</span>}
        </span>
        <Score name={searchWords.words} value={hit.words} />
        <Score name={searchWords.meaning} value={hit.meaning} />
      </span>
    </li>
  );
});

/** What was found, best first. The order never changes under the pointer: a new answer replaces the whole. */
export function HitList({
  hits,
  cursor,
  onOpen,
}: {
  hits: readonly Hit[];
  cursor: number;
  onOpen: (hit: Hit) => void;
}) {
  return (
    <ol className="hits scroll" aria-label={searchWords.results}>
      {hits.map((hit, at) => (
        <HitRow
          key={`${hit.kind}${hit.id}${hit.chunkId ?? ''}`}
          hit={hit}
          current={at === cursor}
          onOpen={onOpen}
        />
      ))}
    </ol>
  );
}
