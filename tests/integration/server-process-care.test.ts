import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startServer, type StartOptions } from '../../sync/server/commands/start.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { defaultLimits } from '../../sync/server/http/limits.ts';
import { describeUnless } from '../helpers/lacking.ts';

interface Event {
  readonly event: string;
  readonly process?: number;
  readonly signal?: string;
}

/** A server of two processes in a folder of its own, and what it logged. */
async function start(options: Partial<StartOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-processes-'));
  chmodSync(folder, 0o711);
  const events: Event[] = [];
  const server = await startServer({
    data: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    version: '0',
    processes: 2,
    log: { write: (_level, event, facts) => void events.push({ event, ...facts }) },
    ...options,
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const processes = (event: string) =>
    events.filter((each) => each.event === event).map(({ process }) => process ?? 0);
  return { server, events, processes };
}

/** What a server answers over a connection of its own; 0 where nobody does. */
async function statusOf(url: string): Promise<number> {
  try {
    const signal = AbortSignal.timeout(15_000);
    const { status } = await fetch(`${url}/v1/health`, { headers: { connection: 'close' }, signal });
    return status;
  } catch {
    return 0;
  }
}

describeUnless(
  lackOfBinaries(),
  'the first of several processes',
  () => {
    test('ends one that hangs, and puts another in its place; the other answers meanwhile', async () => {
      const { server, events, processes } = await start({ beats: { everyMs: 500, mayMiss: 16 } });
      const [hanging = 0, other = 0] = processes('process.started');
      process.kill(hanging, 'SIGSTOP');
      const asked: Promise<number>[] = [];
      while (processes('process.started').length < 3) {
        asked.push(statusOf(server.url));
        await pause(50);
      }
      const answers = await Promise.all(asked);
      // One connection at most was handed to the one that hangs, and its sender gives up: the next is handed over once it was taken.
      expect(answers.filter((status) => status !== 200).length).toBeLessThanOrEqual(1);
      expect(answers).toContain(200);
      expect(processes('process.silent')).toEqual([hanging]);
      expect(events.find(({ event }) => event === 'process.ended')).toMatchObject({
        process: hanging,
        signal: 'SIGKILL',
      });
      expect(processes('process.ended')).not.toContain(other);
    });

    test('gives each its share of what one address may ask', async () => {
      const { server } = await start({ limits: { ...defaultLimits, requestsPerMinute: 11 } });
      const answers = await Promise.all(Array.from({ length: 20 }, () => statusOf(server.url)));
      const count = (wanted: number) => answers.filter((status) => status === wanted).length;
      // Each of the two answers 6: half of 11, rounded up.
      expect(count(200)).toBeGreaterThanOrEqual(6);
      expect(count(200)).toBeLessThanOrEqual(12);
      expect(count(200) + count(429)).toBe(20);
    });
  },
  { timeout: 240_000 },
);
