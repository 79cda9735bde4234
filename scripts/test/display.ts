import { spawn } from 'node:child_process';
import { findProgram } from '../find-program.ts';
import { installSystemPackages } from './system-packages.ts';

/** A screen that windows can open on. */
export interface Display {
  readonly name: string;
  close(): void;
}

/** What the Electron of the tests links against on Debian, beside the virtual screen itself. */
const PACKAGES = ['xvfb', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1'];

/**
 * A virtual screen (Xvfb) that picks a free number by itself, installing it first where that is possible. Windows of
 * tests never open on the screen that a person works on. Undefined where there can be none.
 */
export async function openDisplay(): Promise<Display | undefined> {
  if (process.platform !== 'linux') return { name: '', close: () => undefined };
  if (findProgram(['Xvfb']) === undefined) await installSystemPackages(PACKAGES);
  const program = findProgram(['Xvfb']);
  return program === undefined ? undefined : await startXvfb(program);
}

function startXvfb(program: string): Promise<Display | undefined> {
  return new Promise((resolve) => {
    // Without `-noreset` it begins anew whenever the last window is gone, and refuses a window that comes meanwhile.
    const flags = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
    const server = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const close = (): void => {
      server.kill();
    };
    process.once('exit', close);
    let said = '';
    server.stdio[3]?.on('data', (part: Buffer) => {
      said += part.toString('ascii');
      if (said.endsWith('\n')) resolve({ name: `:${said.trim()}`, close });
    });
    server.on('error', () => resolve(undefined));
    server.on('exit', () => resolve(undefined));
  });
}
