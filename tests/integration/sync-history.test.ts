import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import type { Fault, Verdict } from '../helpers/fault-proxy.ts';
import { type End, faultsOf } from '../helpers/history.ts';
import { HistoryLaptop } from '../helpers/history-laptop.ts';
import { SharedSession } from '../helpers/history-session.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { withServerDatabase } from '../helpers/server-database.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

/** Seconds of work under faults; long runs by `WORKBENCH_HISTORY_SECONDS=600 npx vitest run tests/integration/sync-history.test.ts`. */
const seconds = Number(process.env['WORKBENCH_HISTORY_SECONDS'] ?? 8);
const seed = Number(process.env['WORKBENCH_HISTORY_SEED'] ?? Date.now() % 2 ** 31);
/** Work goes into another session after so long. */
const secondsOfRound = 4;

/** Numbers from 0 below 1, by Lehmer's generator. */
function numbersFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describeUnless(lackOfBinaries(), 'a history of several laptops over a network that fails', () => {
  const base = mkdtempSync(join(tmpdir(), 'sync-history-'));
  const laptops: HistoryLaptop[] = [];
  const faults: Record<Fault | 'cut', number> = { pass: 0, drop: 0, lose: 0, half: 0, cut: 0 };
  let server: SyncServer;

  beforeAll(async () => {
    server = await startSyncServer();
    server.cli('create-user', 'ada@example.org', '--tenant', 'corran', '--role', 'analyst');
    const { key } = server.cli('create-key', 'ada@example.org', '--tenant', 'corran') as { key: string };
    for (const name of ['a', 'b', 'c']) laptops.push(new HistoryLaptop(join(base, name)));
    await Promise.all(laptops.map((laptop) => laptop.connect(server.url, key)));
  });

  afterAll(async () => {
    await Promise.all(laptops.map((laptop) => laptop.close()));
    await server.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  });

  /** A network that drops, loses, halves and delays, and is away altogether for a while now and then. */
  function failing(random: () => number): () => Verdict {
    let cutUntil = 0;
    return () => {
      if (random() < 0.02) cutUntil = performance.now() + 1500 * random();
      const isCut = performance.now() < cutUntil;
      const fault = (['drop', 'lose', 'half'] as const)[Math.floor(random() * 15)] ?? 'pass';
      faults[isCut ? 'cut' : fault] += 1;
      return { fault: isCut ? 'drop' : fault, delay: random() < 0.3 ? 60 * random() : 0 };
    };
  }

  /** Lets all laptops sync until nothing waits and nothing comes any more. */
  async function drain(): Promise<void> {
    for (let quiet = 0; quiet < 3 * laptops.length;) {
      for (const laptop of laptops) {
        const { waiting, state } = await laptop.ask('sync', 'now');
        quiet = waiting === 0 && state === 'idle' ? quiet + 1 : 0;
      }
    }
  }

  function endsOnServer(sessions: readonly SharedSession[]): Promise<End[]> {
    return withServerDatabase(server.data, async (admin) => {
      const ends: End[] = [];
      for (const session of sessions) ends.push(await session.endOnServer(admin));
      return ends;
    });
  }

  test(
    `${seconds} s of appends, writes and reads (seed ${seed}): nothing acknowledged is lost or doubled, and causes come first`,
    { timeout: 120_000 + seconds * 3000 },
    async () => {
      const rounds: SharedSession[] = [];
      const [first] = laptops;
      if (first === undefined) throw new Error('There is a laptop.');
      for (let at = 0; at < seconds / secondsOfRound; at += 1) rounds.push(await SharedSession.begin(first));
      await drain();

      const end = performance.now() + seconds * 1000;
      const isOver = () => performance.now() >= end;
      const work = laptops.map(async (laptop, at) => {
        const random = numbersFrom(seed + at);
        laptop.judge = failing(numbersFrom(seed + 100 + at));
        const syncing = (async () => {
          while (!isOver()) {
            await laptop.ask('sync', 'now');
            await pause(20);
          }
        })();
        for (let n = 0; !isOver(); n += 1) {
          const round = rounds[rounds.length - Math.ceil((end - performance.now()) / 1000 / secondsOfRound)];
          if (round !== undefined) await round.step(laptop, `${laptop.name}${n}`, random);
          await pause(20 * random());
        }
        await syncing;
      });
      await Promise.all(work);
      for (const laptop of laptops) laptop.judge = () => ({ fault: 'pass' });
      await drain();

      const onServer = await endsOnServer(rounds);
      for (const [at, round] of rounds.entries()) {
        const ends = await Promise.all(laptops.map((laptop) => round.endAt(laptop)));
        expect(faultsOf(round.history, [...ends, ...onServer.slice(at, at + 1)])).toEqual([]);
        expect(onServer[at]?.lists['rows']?.length).toBe(round.rows);
        // The check sees this very history: an append that is missing in the record, or at one end, is told.
        const known = round.history.find(({ kind }) => kind === 'append');
        expect(
          faultsOf(
            round.history.filter((each) => each !== known),
            ends,
          ),
        ).not.toEqual([]);
        expect(
          faultsOf(round.history, [...ends, { place: 'empty', lists: {}, registers: {}, kept: [] }]),
        ).not.toEqual([]);
      }
      for (const laptop of laptops) expect(await laptop.ask('sync', 'inbox')).toEqual([]);
      expect(Object.entries(faults).filter(([, count]) => count === 0)).toEqual([]);
      console.info(
        `seed ${seed}: ${rounds.reduce((sum, { history }) => sum + history.length, 0)} operations`,
        faults,
      );
      expect(server.cli('doctor')).toMatchObject({ ok: true });
    },
  );
});
