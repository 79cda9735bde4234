import { spawn } from 'node:child_process';
import { projectRoot } from './project-root.ts';

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** After this long the child and everything it started are killed, and its code is null. */
  readonly milliseconds: number;
  /** `inherit` shows what the child says, `capture` keeps it. */
  readonly output: 'inherit' | 'capture';
}

export interface ChildResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command from the project's root to its end, in a process group of its own, so that nothing outlives it. */
export function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  const group = process.platform !== 'win32';
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: projectRoot,
      env: { ...process.env, ...options.env },
      stdio: options.output === 'inherit' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: group,
    });
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => parts.push(part));
    child.stderr?.on('data', (part: Buffer) => parts.push(part));
    const kill = (): void => {
      try {
        if (group && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // The group has ended by itself.
      }
    };
    const timer = setTimeout(kill, options.milliseconds);
    process.once('exit', kill);
    const end = (code: number | null, extra = ''): void => {
      clearTimeout(timer);
      process.off('exit', kill);
      kill();
      resolve({ code, output: Buffer.concat(parts).toString('utf8') + extra });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('exit', (code) => end(code));
  });
}
