import { afterAll, beforeAll, expect, test } from 'vitest';
import { lackOfBinaries } from '../../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../../helpers/lacking.ts';
import { run } from '../sync/run.ts';
import { runWithTwin } from './run.ts';
import type { TwinDatabases } from './databases.ts';
import { startDatabases } from './start.ts';

const steps = 30;
const [fewest, most] = [4, 14];

describeUnless(lackOfBinaries(), 'the model and PostgreSQL are one server', () => {
  let databases: TwinDatabases;

  beforeAll(async () => {
    databases = await startDatabases();
  }, 240_000);
  afterAll(() => databases.stop());

  test('[P4] [P5] [P8] [P12] [MR21] every answer of a history says the same, and so do both databases at its end', async () => {
    const done = { answers: 0, ended: 0, restored: 0 };
    for (let seed = 1; seed <= most; seed += 1) {
      const result = await runWithTwin(databases, { seed, steps });
      expect(result.faults).toEqual([]);
      done.answers += result.done.answers;
      done.ended += result.done.ended;
      done.restored += result.done.restored;
      // A fault that never happens proves nothing.
      if (seed >= fewest && done.ended > 0 && done.restored > 0) break;
    }
    expect(Object.values(done).every((count) => count > 0)).toBe(true);
  }, 240_000);

  test('a history over both is the history that its seed gives', async () => {
    const alone = await run({ seed: 1, steps });
    expect((await runWithTwin(databases, { seed: 1, steps })).hash).toBe(alone.hash);
  }, 240_000);

  test('a model that keeps another state than PostgreSQL is noticed', async () => {
    const planted = { server: { numbersTwice: true } };
    let noticed: string | undefined;
    // A history may end by an oracle of the model's own before the two have anything to differ in.
    for (let seed = 1; seed <= most && noticed === undefined; seed += 1) {
      const { faults } = await runWithTwin(databases, { seed, steps, ...planted });
      noticed = faults.find((fault) => /PostgreSQL and the model differ|rows differ/.test(fault));
    }
    expect(noticed).toBeDefined();
  }, 240_000);
});
