import { afterEach, describe, expect, test } from 'vitest';
import { silentLog, type Log } from '../../../main/host/log/log.ts';
import { ThreadClient } from '../../../main/host/threads/thread-client.ts';

interface EchoCalls {
  readonly [name: string]: { readonly args: unknown; readonly result: unknown };
}

const opened: ThreadClient<EchoCalls>[] = [];

function echo(
  limit: number | null = null,
  log: Log = silentLog,
  inFlight = 1,
  onNote?: (note: unknown) => void,
  endsCancelled = false,
) {
  const client = new ThreadClient<EchoCalls>({
    name: 'echo',
    module: new URL('./echo-thread.ts', import.meta.url),
    data: null,
    log,
    limitMilliseconds: limit,
    inFlight,
    endsCancelled,
    ...(onNote === undefined ? {} : { onNote }),
  });
  opened.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.stop()));
});

describe('a thread', () => {
  test('answers calls in order and hands failures over as codes', async () => {
    const thread = echo();
    const answers = await Promise.all([1, 2, 3].map((value) => thread.call('echo', value)));
    expect(answers).toEqual([1, 2, 3]);
    await expect(thread.call('refuse', null)).rejects.toMatchObject({
      code: 'not-found',
      details: { id: 'x' },
    });
    await expect(thread.call('fail', null)).rejects.toMatchObject({ code: 'internal' });
    await expect(thread.call('fail', null)).rejects.not.toThrow('secret');
  });

  test('drops a waiting call when a newer one with its key comes', async () => {
    const thread = echo();
    const busy = thread.call('spin', 100);
    const old = thread.call('echo', 'old', { supersedes: 'search' });
    const dropped = old.then(
      () => null,
      (error: unknown) => error,
    );
    const newest = thread.call('echo', 'new', { supersedes: 'search' });
    expect(await dropped).toMatchObject({ code: 'cancelled' });
    await busy;
    expect(await newest).toBe('new');
  });

  test('tells a running call that nobody waits for it', async () => {
    const thread = echo(null, silentLog, 4);
    const controller = new AbortController();
    const waiting = thread.call('wait', null, { signal: controller.signal });
    await thread.call('echo', 1);
    controller.abort();
    expect(await waiting).toBe('aborted');
  });

  test('that hears nothing while it works ends with the call that nobody waits for; what came behind it is answered', async () => {
    const thread = echo(null, silentLog, 1, undefined, true);
    const controller = new AbortController();
    const spinning = thread.call('spin', 60_000, { signal: controller.signal });
    const behind = thread.call('echo', 'behind');
    await thread.start();
    controller.abort();
    await expect(spinning).rejects.toMatchObject({ code: 'cancelled' });
    expect(await behind).toBe('behind');
  });

  test('that dies fails its calls and is there again for the next one', async () => {
    const events: string[] = [];
    const thread = echo(null, { write: (_level, event) => void events.push(event) });
    await expect(thread.call('crash', null)).rejects.toMatchObject({ code: 'internal' });
    expect(await thread.call('echo', 'back')).toBe('back');
    expect(events).toContain('thread.ended');
  });

  test('past its time is replaced, and the next call is answered', async () => {
    const thread = echo(300);
    await thread.start();
    await expect(thread.call('spin', 60_000)).rejects.toMatchObject({ code: 'busy' });
    expect(await thread.call('echo', 'back')).toBe('back');
  });

  test('passes notes on', async () => {
    const notes: unknown[] = [];
    const thread = echo(null, silentLog, 1, (note) => notes.push(note));
    await thread.call('note', 'changed');
    expect(notes).toEqual(['changed']);
  });
});
