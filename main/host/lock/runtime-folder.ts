import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Longest path that a Unix socket can be bound to on every system (macOS: 104 bytes with the final zero). */
const longestSocketPath = 103;

/**
 * The folder for sockets: this person's alone, short enough for a socket path, gone after a restart. Refuses a folder that
 * somebody else made under the same name.
 */
export function runtimeFolder(): string {
  const given = process.env['XDG_RUNTIME_DIR'];
  const parent = given === undefined || given === '' || given.length > 60 ? tmpdir() : given;
  const folder = join(parent, `stratmaster-workbench-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const facts = lstatSync(folder);
  const mine = typeof process.getuid !== 'function' || facts.uid === process.getuid();
  if (!facts.isDirectory() || !mine || (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)) {
    throw new Error(`The folder ${folder} belongs to somebody else, or others may write in it.`);
  }
  return folder;
}

/** The address at which the host of a workspace listens: a Unix socket, or a named pipe on Windows. */
export function socketAddress(workspace: string, owner: number): string {
  const name = createHash('sha256').update(realpathSync(workspace)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\stratmaster-workbench-${name}-${owner}`;
  const path = join(runtimeFolder(), `${name}-${owner}.sock`);
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw new Error(`The path ${path} is too long for a socket. Set XDG_RUNTIME_DIR to a short folder.`);
  }
  return path;
}
