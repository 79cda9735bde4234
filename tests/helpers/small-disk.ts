import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own with little room, which a test fills and makes room on. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room that is left but so many bytes. */
  fill(leaving?: number): void;
  /** Gives back what `fill` took. */
  makeRoom(): void;
  /** Takes the disk away with all that is on it. */
  close(): void;
}

/** Why no small disk can be had here; null where one can. */
export function lackOfSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting a disk needs root';
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]).status !== 0)
      return 'a disk cannot be mounted here';
    execFileSync('umount', [folder]);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mounts a disk in memory. */
export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder]);
  // PostgreSQL may run under another account, which has to get through.
  chmodSync(folder, 0o711);
  const ballast = join(folder, 'ballast');
  const unmount = () => {
    // What still ends on it may be written a moment longer.
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', unmount);
  return {
    folder,
    fill: (leaving = 0) => {
      fillUp(ballast);
      truncateSync(ballast, statSync(ballast).size - leaving);
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    close: () => {
      process.off('exit', unmount);
      unmount();
    },
  };
}

/** Writes until nothing more goes: large pieces first, then single pages and bytes. */
function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const size of [1 << 20, 4096, 1]) {
      const piece = Buffer.alloc(size);
      while (hasRoom(file, piece));
    }
  } finally {
    closeSync(file);
  }
}

function hasRoom(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw thrown;
  }
}
