import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether a result is missing or was built from other inputs. Inputs are compared by content, not by time, because a
 * checkout sets times as it likes.
 */
export function isStale(root: string, output: string, inputs: readonly string[]): boolean {
  const stamp = stampFile(root, output);
  if (!existsSync(path.join(root, output)) || !existsSync(stamp)) return true;
  return readFileSync(stamp, 'utf8') !== fingerprint(root, inputs);
}

/** Notes that a result is now built from its present inputs. */
export function markFresh(root: string, output: string, inputs: readonly string[]): void {
  const stamp = stampFile(root, output);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint(root, inputs));
}

function stampFile(root: string, output: string): string {
  return path.join(root, 'dist', '.built', output.replaceAll('/', '-'));
}

function fingerprint(root: string, inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesOf(path.join(root, input))) {
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(place: string): string[] {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}
