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

/** Runs seeds in several processes, each its share, and adds up what came of them. */
export async function sweepInJobs({ first, seeds, steps, jobs, progress }: JobsOptions): Promise<SweepPart> {
  const parts = new Map<number, SweepPart>();
  const ended = Array.from({ length: jobs }, (_, job) => {
    const share = [first + job, seeds - job, steps, jobs].map(String);
    const child = fork(fileURLToPath(import.meta.url), share);
    child.on('message', (message) => {
      parts.set(job, partSchema.parse(message));
      progress?.(sumOf([...parts.values()]));
    });
    return new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A job ended with ${code}.`))));
    });
  });
  await Promise.all(ended);
  return sumOf([...parts.values()]);
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
  const [first = 1, seeds = 1, steps = 1, every = 1] = process.argv.slice(2).map(Number);
  const send = (done: SweepPart) => process.send?.(done);
  send(
    await sweepSeeds({ first, seeds, steps, every, progress: (done) => done.seeds % 25 === 0 && send(done) }),
  );
  process.disconnect();
}
