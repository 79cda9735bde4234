import { useEffect, useState } from 'react';
import { failureOf, wasAborted } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import type { Passage } from './passage.ts';

/** What a find field knows: every match in reading order, and which of them is shown. */
export interface Find {
  readonly words: string;
  readonly matches: readonly Passage[];
  /** Index of the match that is shown; −1 where there is none. */
  readonly at: number;
  readonly failure: string | undefined;
  readonly setWords: (words: string) => void;
  /** Goes on or back, and round at either end. */
  readonly step: (by: 1 | -1) => void;
}

const pauseMs = 80;

/** Looks for words in what was read from a document. While a newer question is on its way the older matches stay. */
export function useFind(extractionId: string | null): Find {
  const client = useClient();
  const [words, setWords] = useState('');
  const [matches, setMatches] = useState<readonly Passage[]>([]);
  const [at, setAt] = useState(-1);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (extractionId === null || words.trim() === '') {
      setMatches([]);
      setAt(-1);
      return undefined;
    }
    const newer = new AbortController();
    const timer = setTimeout(() => {
      client.documents.find({ extractionId, words, loose: true }, { signal: newer.signal }).then(
        ({ passages }) => {
          if (newer.signal.aborted) return;
          setFailure(undefined);
          setMatches(passages);
          setAt(passages.length === 0 ? -1 : 0);
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
  }, [client, extractionId, words]);
  const step = (by: 1 | -1): void => {
    if (matches.length > 0) setAt((from) => (from + by + matches.length) % matches.length);
  };
  return { words, matches, at, failure, setWords, step };
}
