import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type SweepOptions, type SweepPart, sweepSeeds } from './counts.ts';

const partSchema = z.object({
  seeds: z.number(),
  hash: z.string(),
  failed: z.array(z.object({ seed: z.number(), faults: z.array(z.string()) })),
  counts: z.record(z.string(), z.number()),
});

export interface JobsOptions extends Omit<SweepOptions, 'every'> {
  readonly jobs: number;
}

/** So many steps to a process: the driver never gives back what `serialize()` took, about 5 MB in 20 steps. */
const stepsOfProcess = 5_000;

/** Runs seeds in several processes at a time, each with a share, and adds up what came of them. */
export async function sweepInJobs({ first, seeds, steps, jobs, progress }: JobsOptions): Promise<SweepPart> {
  const parts = new Map<number, SweepPart>();
  const seedsOfProcess = Math.max(1, Math.floor(stepsOfProcess / steps));
  let next = 0;
  const lane = async () => {
    while (next < seeds) {
      const at = next;
      next += seedsOfProcess;
      await runShare([first + at, Math.min(seedsOfProcess, seeds - at), steps], (part) => {
        parts.set(at, part);
        progress?.(sumOf([...parts.values()]));
      });
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return sumOf([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part));
}

/** Runs one share, given as first seed, seeds and steps, in a process of its own. */
function runShare(share: readonly number[], told: (part: SweepPart) => void): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), share.map(String));
  child.on('message', (message) => told(partSchema.parse(message)));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A job ended with ${code}.`))));
  });
}

function sumOf(parts: readonly SweepPart[]): SweepPart {
  const counts: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    seeds: parts.reduce((sum, part) => sum + part.seeds, 0),
    hash: parts.map(({ hash }) => hash).join(' '),
    failed: parts.flatMap((part) => part.failed),
    counts,
  };
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first = 1, seeds = 1, steps = 1] = process.argv.slice(2).map(Number);
  const send = (done: SweepPart) => process.send?.(done);
  const progress = (done: SweepPart) =>
    (done.seeds % 25 === 0 || done.failed.at(-1)?.seed === first + done.seeds - 1) && send(done);
  send(await sweepSeeds({ first, seeds, steps, every: 1, progress }));
  process.disconnect();
}
