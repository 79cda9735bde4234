import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** One line of a bench's table: what was measured, the figure, and the bar it is held against where it has one. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The bar, and on which side of it the value has to be. */
  readonly reach?: { readonly bound: number; readonly side: 'below' | 'above' };
}

const cores = 2;

/** Binds this process and all it starts to two cores, so that figures from different machines compare. Says what it did. */
export function pinToCores(): string {
  if (process.platform !== 'linux') return `not pinned (${process.platform} has no taskset)`;
  try {
    execFileSync('taskset', ['--all-tasks', '-cp', `0-${cores - 1}`, String(process.pid)], { stdio: 'pipe' });
    return `pinned to cores 0-${cores - 1}`;
  } catch {
    return 'not pinned (taskset is not installed)';
  }
}

/** One sentence about the machine. */
export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GB, ${process.platform}, Node ${process.version}`;
}

/** The middle of at least one number; of an even count, the upper middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Runs a function so many times, at least five, and returns the median of what it returns. */
export async function medianOf(runs: number, run: () => Promise<number> | number): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < Math.max(5, runs); i += 1) values.push(await run());
  return median(values);
}

/** Milliseconds that a function takes. */
export async function timed(run: () => unknown): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** Random numbers from 0 to 1 that are the same in every run (xorshift32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Runs a bench in a temporary folder and removes it. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-bench-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the figures as a table and writes them to `bench/results/NAME.json`. Returns false where one missed its bar. */
export function report(name: string, figures: readonly Figure[], notes: readonly string[] = []): boolean {
  const width = Math.max(...figures.map((figure) => figure.what.length));
  process.stdout.write(`\n${name}: ${machine()}\n`);
  for (const figure of figures) {
    const value = `${round(figure.value)} ${figure.unit}`.padStart(18);
    process.stdout.write(`  ${figure.what.padEnd(width)} ${value}  ${verdict(figure)}\n`);
  }
  for (const note of notes) process.stdout.write(`  ${note}\n`);
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const result = { name, at: new Date().toISOString(), machine: machine(), figures, notes };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return figures.every(reached);
}

function reached({ value, reach }: Figure): boolean {
  return reach === undefined || (reach.side === 'below' ? value < reach.bound : value >= reach.bound);
}

function verdict(figure: Figure): string {
  if (figure.reach === undefined) return '';
  const bar = `${figure.reach.side === 'below' ? '<' : '>='} ${figure.reach.bound}`;
  return `${bar} ${reached(figure) ? 'reached' : 'MISSED'}`;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
