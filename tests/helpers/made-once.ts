import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where the folders stand that one run of the tests makes once. */
const variable = 'WORKBENCH_TEST_FOLDERS';

/**
 * For Vitest and Playwright, before a run: a place for folders that take long to make, and Node's own for what it has compiled, which
 * every process of the run would compile again. Answers with what takes the first away. The processes of the run learn of both by their
 * environment.
 */
export default function beginRun(): () => void {
  const place = mkdtempSync(path.join(tmpdir(), 'workbench-made-once-'));
  // Where the tests run as root, PostgreSQL runs as another user, who has to come through.
  chmodSync(place, 0o711);
  process.env[variable] = place;
  process.env['NODE_COMPILE_CACHE'] ??= path.join(tmpdir(), 'node-compile-cache');
  return () => rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Puts a folder there that `make` makes: outside of a run by making it, in a run by copying the one that the first who wanted it has
 * made. Nothing may be at work in the folder when `make` is done.
 */
export async function folderMadeOnce(
  name: string,
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const place = process.env[variable];
  if (place === undefined) return make(folder);
  const original = path.join(place, name);
  if (!existsSync(original)) await makeOriginal(original, make);
  copy(original, folder);
}

/** Made under another name and renamed: two who make it at once both find a whole one. */
async function makeOriginal(original: string, make: (folder: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(`${original}-`);
  chmodSync(parent, 0o711);
  const folder = path.join(parent, 'folder');
  try {
    await make(folder);
    renameSync(folder, original);
  } catch (error) {
    if (!existsSync(original)) throw error;
  } finally {
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** With owners and modes: PostgreSQL refuses a folder that others own or may read. */
function copy(original: string, folder: string): void {
  if (process.platform === 'win32') cpSync(original, folder, { recursive: true });
  else execFileSync('cp', ['-pR', original, folder]);
}
