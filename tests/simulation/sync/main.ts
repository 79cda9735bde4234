import { parseArgs } from 'node:util';
import { exploreByCommand } from '../small-scope/command.ts';
import { sweepWithTwin } from '../sync-postgres/command.ts';
import { countOf, missingCounts, type SweepPart, sweepSeeds } from './counts.ts';
import { sweepInJobs } from './jobs.ts';
import { planted } from './planted.ts';
import { run, shrink } from './run.ts';

/**
 * `npm run sim -- [--seeds N] [--seed S] [--steps K] [--jobs J] [--search WORDS] [--exhaustive SCOPE] [--postgres]`: random histories of laptops and a server; the same seed
 * gives the same one. A single seed prints its trace's hash, and a failing one is made shorter. `--search` looks for the history that
 * notices each planted mistake whose name holds the words (`all`: every one). `--exhaustive` tries every history within a small scope
 * (`all`: one after the other), each of at most `--most` situations. `--postgres` runs histories over
 * the model and a real PostgreSQL at once.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '60' },
    jobs: { type: 'string', default: '1' },
    search: { type: 'string' },
    exhaustive: { type: 'string' },
    postgres: { type: 'boolean', default: false },
    most: { type: 'string', default: '100000' },
  },
});
const first = Number(values.seed);
const seeds = Number(values.seeds);
const steps = Number(values.steps);

if (values.exhaustive !== undefined)
  process.exitCode = (await exploreByCommand(values.exhaustive, Number(values.most))) ? 0 : 1;
else if (values.postgres) process.exitCode = (await sweepWithTwin({ first, seeds, steps })) ? 0 : 1;
else if (values.search === undefined) await sweep();
else await search(values.search);

async function sweep(): Promise<void> {
  const began = performance.now();
  const jobs = Math.min(Number(values.jobs), seeds);
  let last = '';
  let told = 0;
  const progress = (done: SweepPart) => {
    const standing = `${done.seeds} of ${seeds} seeds, ${done.failed.length} failed`;
    if (standing === last || (done.failed.length === told && done.seeds % 100 > 0)) return;
    const failed = done.failed.slice(told).map(({ seed }) => ` ${seed}`);
    console.log(`${standing}${failed.join()}`);
    last = standing;
    told = done.failed.length;
  };
  const whole =
    seeds > 1
      ? await sweepInJobs({ first, seeds, steps, jobs, progress })
      : await sweepSeeds({ first, seeds, steps, every: 1, progress });
  if (seeds === 1) console.log(`seed ${first}: trace ${whole.hash}`);
  for (const { seed, faults } of whole.failed) console.log(`seed ${seed}: ${faults.slice(0, 5).join('; ')}`);
  const [failed] = whole.failed;
  if (failed !== undefined) await showShort(failed.seed);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  console.log(`${seeds} seeds of ${steps} steps in ${seconds} s, ${whole.failed.length} failed`);
  for (const [name, count] of countOf(whole)) console.log(`  ${name}: ${count}`);
  const missing = seeds >= 1000 ? missingCounts(whole, seeds / 100) : [];
  if (missing.length > 0) console.log(`too seldom to prove anything: ${missing.join(', ')}`);
  process.exitCode = whole.failed.length + missing.length === 0 ? 0 : 1;
}

async function showShort(seed: number): Promise<void> {
  const { kept, result } = await shrink({ seed, steps });
  console.log(`  ${kept.length} steps are enough (${kept.join(', ')}): ${result.faults[0] ?? ''}`);
  console.log(result.trace.map((line) => `    ${line}`).join('\n'));
}

/** The first history of each mistake that notices it and finds nothing wrong without it. */
async function search(words: string): Promise<void> {
  const asked = planted.filter(({ name }) => words === 'all' || name.includes(words));
  if (asked.length === 0) console.log(`No planted mistake is called “${words}”.`);
  for (const { loss, name, plant, steps: length } of asked) {
    let found: string | null = null;
    for (let seed = first; seed < first + seeds && found === null; seed += 1) {
      const noticed = (await run({ seed, steps: length, ...plant })).faults[0];
      if (noticed === undefined || (await run({ seed, steps: length })).faults.length > 0) continue;
      found = `seed ${seed} of ${length} steps: ${noticed}`;
    }
    console.log(`${loss} ${name}: ${found ?? `none of ${seeds} seeds notices it`}`);
    if (found === null) process.exitCode = 1;
  }
}
