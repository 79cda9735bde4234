import { describe, expect, it, test } from 'vitest';
import type { WorkbenchEvent } from '../../../preload/contract/events.ts';
import type { Host } from '../../../renderer/data/host.ts';
import { type Query, QueryCache } from '../../../renderer/data/query.ts';

function cacheOn(): { cache: QueryCache; tell: (event: WorkbenchEvent) => void } {
  const listeners: ((event: WorkbenchEvent) => void)[] = [];
  const host = {
    onReopened: () => () => undefined,
    onEvent: (listener: (event: WorkbenchEvent) => void) => void listeners.push(listener),
  } as unknown as Host;
  return { cache: new QueryCache(host), tell: (event) => listeners.forEach((listener) => listener(event)) };
}

const opened = (path: string): WorkbenchEvent =>
  ({ kind: 'workspace', current: { state: 'open', workspace: { path } } }) as unknown as WorkbenchEvent;

describe('answers of one workspace', () => {
  it('are not shown in another, not those on their way either', async () => {
    const { cache, tell } = cacheOn();
    tell(opened('/first'));
    const answers: ((value: string) => void)[] = [];
    const sessions: Query<string> = {
      key: 'sessions',
      watches: ['research_sessions'],
      load: () => new Promise((resolve) => answers.push(resolve)),
    };
    cache.know(sessions);
    cache.watch('sessions', () => undefined);
    answers[0]?.('of the first');
    await Promise.resolve();
    expect(cache.peek('sessions').data).toBe('of the first');

    tell(opened('/first'));
    expect(cache.peek('sessions').data, 'the same workspace says something new of itself').toBe(
      'of the first',
    );
    tell(opened('/second'));
    expect(cache.peek('sessions').data).toBeUndefined();
    answers[1]?.('of the first, late');
    await Promise.resolve();
    expect(cache.peek('sessions').data).toBeUndefined();
    answers[2]?.('of the second');
    await Promise.resolve();
    expect(cache.peek('sessions').data).toBe('of the second');
  });
});

test('an answer that is about to be shown again is not among the old ones that are let go', async () => {
  const { cache } = cacheOn();
  let asked = 0;
  const query = (key: string): Query<number> => ({
    key,
    watches: [],
    load: () => Promise.resolve((asked += 1)),
  });
  for (let at = 0; at < 200; at += 1) cache.know(query(`earlier ${at}`));
  const leave = cache.watch('earlier 199', () => undefined);
  // A screen is drawn with what was known first while the one before it lets go of its own.
  cache.know(query('earlier 0'));
  leave();
  cache.watch('earlier 0', () => undefined);
  await Promise.resolve();
  expect(cache.peek('earlier 0').data).toBe(2);
});
