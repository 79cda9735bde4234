import { useEffect, useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';

/**
 * How many documents a search would find more than it did when it was answered; fewer is less than zero. Nothing is put in between
 * what somebody reads: another `turn` takes what is found now as shown.
 */
export function useFresh(query: string, turn: number): number {
  const asked = query === '' ? [] : [query];
  const now = useQuery(queries.searchCounts(asked)).data?.documents[0];
  const [shown, setShown] = useState<{ readonly of: string; readonly count: number }>();
  const of = `${turn} ${query}`;
  useEffect(() => {
    if (now !== undefined) setShown((before) => (before?.of === of ? before : { of, count: now }));
  }, [of, now]);
  return now === undefined || shown === undefined || shown.of !== of ? 0 : now - shown.count;
}
