import type { Activity } from '../../preload/contract/capture.ts';

type Group = Activity['groups'][number];

/** Since when each piece of work is under way, by its id; milliseconds of a clock that only goes forward. */
export type Begun = ReadonlyMap<string, number>;

/** Work that ends sooner is over before anybody has looked away. */
export const longWorkMs = 15_000;

/** What is under way now, and which of it ended after a long time: finished, or stopped by a failure. */
export function followWork(
  before: Begun,
  groups: readonly Group[],
  now: number,
): { readonly begun: Begun; readonly ended: readonly Group[] } {
  const begun = new Map<string, number>();
  const ended: Group[] = [];
  for (const group of groups) {
    const since = before.get(group.id);
    if (group.state === 'finished' || group.state === 'failed') {
      if (since !== undefined && now - since >= longWorkMs) ended.push(group);
    } else begun.set(group.id, since ?? now);
  }
  return { begun, ended };
}
