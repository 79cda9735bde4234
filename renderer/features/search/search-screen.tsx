import { useEffect, useRef, useState } from 'react';
import type { Hit } from '../../../preload/contract/search.ts';
import { go, passageAddress } from '../../app/location.ts';
import { failureOf, wasAborted } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { searchWords } from '../../messages/screens.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { HitList } from './hit-list.tsx';

const pauseMs = 60;

interface Answer {
  readonly query: string;
  readonly hits: readonly Hit[];
  readonly documents: number;
  readonly ms: number;
  readonly notice: string | null;
  readonly facets: readonly { readonly type: string; readonly count: number }[];
}

/** Asks as one types: an older question is given up when a newer one is asked, and what is shown stays until then. */
function useSearch(
  query: string,
  types: readonly string[],
): { answer: Answer | undefined; failure: string | undefined } {
  const client = useClient();
  const [answer, setAnswer] = useState<Answer>();
  const [failure, setFailure] = useState<string>();
  const names = types.join();
  useEffect(() => {
    const wanted = query.trim();
    if (wanted === '') {
      setAnswer(undefined);
      return undefined;
    }
    const newer = new AbortController();
    const timer = setTimeout(() => {
      const input = { query: wanted, types: names === '' ? [] : names.split(',') };
      client.search.query(input, { signal: newer.signal }).then(
        (found) => {
          if (newer.signal.aborted) return;
          setFailure(undefined);
          setAnswer({ ...found, query: wanted });
        },
        (thrown: unknown) => {
          if (!newer.signal.aborted && !wasAborted(thrown)) setFailure(failureOf(thrown).message);
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      newer.abort();
    };
  }, [client, query, names]);
  return { answer, failure };
}

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
  function open(hit: Hit | undefined): void {
    if (hit?.evidenceId != null) go(passageAddress(hit.evidenceId, hit.start, hit.end));
    else if (hit?.sessionId != null) go(`session/${hit.sessionId}`);
  }
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
            else if (press.key === 'Enter') open(hits[cursor]);
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
      <HitList hits={hits} cursor={cursor} onOpen={open} />
    </div>
  );
  return <SplitPanes id="search" list={list} main={main} />;
}
