import { useEffect, useRef, useState } from 'react';
import { openHit } from '../../app/location.ts';
import { useSearch } from '../../data/use-search.ts';
import { common } from '../../messages/common.ts';
import { searchWords } from '../../messages/screens.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { HitList } from './hit-list.tsx';

/** Search as one types, narrowed by type, walked by keys. */
export default function SearchScreen({ initial }: { initial: string }) {
  const [query, setQuery] = useState(initial);
  const [types, setTypes] = useState<readonly string[]>([]);
  const [cursor, setCursor] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const { answer, failure } = useSearch(query, types);
  const hits = answer?.hits ?? [];
  useEffect(() => setCursor(0), [answer?.query]);
  useEffect(() => field.current?.focus(), []);
  const list = (
    <>
      <div className="bar">
        <h2>{searchWords.narrow}</h2>
      </div>
      <p className="group">{searchWords.type}</p>
      {(answer?.facets ?? []).map((facet) => (
        <div key={facet.type} className="facet">
          <Checkbox
            on={types.includes(facet.type)}
            onChange={(on) =>
              setTypes(on ? [...types, facet.type] : types.filter((type) => type !== facet.type))
            }
          >
            <span className="grow">{common.types[facet.type] ?? facet.type}</span>
            <span className="num">{facet.count}</span>
          </Checkbox>
        </div>
      ))}
    </>
  );
  const main = (
    <div className="screen">
      <div className="search-field">
        <input
          ref={field}
          type="search"
          aria-label={searchWords.field}
          placeholder={searchWords.hint}
          value={query}
          onChange={(change) => setQuery(change.target.value)}
          onKeyDown={(press) => {
            if (press.nativeEvent.isComposing) return;
            if (press.key === 'ArrowDown') setCursor(Math.min(cursor + 1, hits.length - 1));
            else if (press.key === 'ArrowUp') setCursor(Math.max(cursor - 1, 0));
            else if (press.key === 'Enter') openHit(hits[cursor]);
            else return;
            press.preventDefault();
          }}
        />
      </div>
      <p className="search-facts" role="status">
        {failure ??
          (answer === undefined
            ? searchWords.empty
            : hits.length === 0
              ? searchWords.none(answer.query)
              : searchWords.passages(hits.length, answer.documents))}
        {answer === undefined || hits.length === 0 ? null : (
          <span className="dim"> {searchWords.took(answer.ms)}</span>
        )}
      </p>
      {answer?.notice == null ? null : <p className="search-notice">{answer.notice}</p>}
      <HitList hits={hits} cursor={cursor} onOpen={openHit} />
    </div>
  );
  return <SplitPanes id="search" list={list} main={main} />;
}
