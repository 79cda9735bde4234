import { faults, refusals, sideBySide } from './faults.ts';
import { run } from './run.ts';

/** What came of some seeds. */
export interface SweepPart {
  seeds: number;
  /** The trace of the last one. */
  hash: string;
  readonly failed: { readonly seed: number; readonly faults: readonly string[] }[];
  readonly counts: Record<string, number>;
}

export interface SweepOptions {
  readonly first: number;
  /** Seeds up to this many from the first. */
  readonly seeds: number;
  readonly steps: number;
  /** Takes each so-manieth seed. */
  readonly every: number;
  readonly progress?: (done: SweepPart) => void;
}

/** Runs seeds one after the other and adds up what happened in them. */
export async function sweepSeeds(options: SweepOptions): Promise<SweepPart> {
  const { first, seeds, steps, every, progress } = options;
  const done: SweepPart = { seeds: 0, hash: '', failed: [], counts: {} };
  for (let seed = first; seed < first + seeds; seed += every) {
    const result = await run({ seed, steps });
    done.seeds += 1;
    done.hash = result.hash;
    for (const [name, count] of [...result.fired, ...result.codes])
      done.counts[name] = (done.counts[name] ?? 0) + count;
    if (result.faults.length > 0) done.failed.push({ seed, faults: result.faults });
    progress?.(done);
  }
  return done;
}

/** What happened how often, in the order of the names. */
export function countOf({ counts }: SweepPart): [string, number][] {
  return Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Faults and refusals that happened less often than they have to. */
export function missingCounts({ counts }: SweepPart, least: number): string[] {
  return [...faults, ...refusals, ...sideBySide].filter((name) => (counts[name] ?? 0) < least);
}
