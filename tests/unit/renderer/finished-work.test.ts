import { expect, test } from 'vitest';
import type { Activity } from '../../../preload/contract/capture.ts';
import { followWork, longWorkMs } from '../../../renderer/app/finished-work.ts';

type Group = Activity['groups'][number];

function group(id: string, state: Group['state']): Group {
  const counts = { done: 0, total: 1, failed: 0, secondsLeft: null };
  return { id, kind: 'ingest', title: id, state, sentence: '', ...counts };
}

test('only work that was seen under way for long is told of, once, and whether it failed or not', () => {
  const first = followWork(
    new Map(),
    [group('a', 'running'), group('b', 'running'), group('old', 'finished')],
    0,
  );
  expect(first.ended).toEqual([]);
  const short = followWork(first.begun, [group('a', 'paused'), group('b', 'finished')], longWorkMs - 1);
  expect(short.ended).toEqual([]);
  const long = followWork(short.begun, [group('a', 'failed'), group('b', 'finished')], longWorkMs);
  expect(long.ended.map(({ id }) => id)).toEqual(['a']);
  expect(followWork(long.begun, [group('a', 'failed')], 10 * longWorkMs).ended).toEqual([]);
  const again = followWork(long.begun, [group('a', 'running')], longWorkMs);
  expect(followWork(again.begun, [group('a', 'finished')], longWorkMs + 10).ended).toEqual([]);
});
