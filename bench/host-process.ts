import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** A run of the command line as a whole process: what it took, and the most memory its main process held. */
export interface CommandRun {
  readonly ms: number;
  /** Megabytes; not a number where the system does not tell. */
  readonly peakMegabytes: number;
  readonly out: string;
}

const entry = join(import.meta.dirname, '..', 'main', 'cli', 'index.ts');

/** The environment of a bench's processes: settings of their own in a folder. */
export function ownSettings(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, WORKBENCH_CONFIG_DIR: join(folder, 'config') };
}

/** Runs `workbench …` in a process of its own. Rejects where it does not end with 0. */
export function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [entry, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    let peak = Number.NaN;
    const watch = setInterval(() => {
      const held = highWater(child.pid);
      if (held !== null) peak = held;
    }, 100);
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
    child.once('close', (code) => {
      clearInterval(watch);
      if (code === 0) resolve({ ms: performance.now() - began, peakMegabytes: peak, out });
      else reject(new Error(`workbench ${args[0]} ended with ${code}: ${out.slice(0, 400)}`));
    });
  });
}

/** The most memory that a process held so far, as Linux counts it. */
function highWater(pid: number | undefined): number | null {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return line === undefined ? null : Number(line) / 1024;
  } catch {
    return null;
  }
}
