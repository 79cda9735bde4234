import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OpenError } from '../../../db/replica/sqlite/open-error.ts';
import { makeReadingCopy } from '../../../db/replica/workspace/reading-copy.ts';
import { isAlive, thisProcess } from '../lock/process-identity.ts';

/** A folder of this laptop that a workspace is read from. */
export interface ReadingPlace {
  readonly folder: string;
  remove(): void;
}

const prefix = 'stratmaster-reading-';
const ownerName = 'owner.json';
const ownerSchema = z.object({ hostname: z.string(), pid: z.number(), startedAt: z.string().nullable() });

/**
 * Copies what is read of a workspace to the person's own folder, or, where that has no room, to the system's for temporary files.
 * What a killed process left there goes first. Throws `OpenError`.
 */
export function openReadingPlace(
  workspace: string,
  dataKey: Uint8Array | null,
  configFolder: string,
): ReadingPlace {
  const parents = [join(configFolder, 'reading'), tmpdir()];
  for (const [at, parent] of parents.entries()) {
    sweep(parent);
    try {
      return placeIn(parent, workspace, dataKey);
    } catch (error) {
      const hasNoRoom = error instanceof OpenError && error.kind === 'disk-full';
      if (!hasNoRoom || at === parents.length - 1) throw error;
    }
  }
  throw new OpenError('disk-full');
}

function placeIn(parent: string, workspace: string, dataKey: Uint8Array | null): ReadingPlace {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(parent, prefix));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, ownerName), JSON.stringify(thisProcess()), { mode: 0o600 });
    makeReadingCopy(workspace, folder, dataKey);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Removes copies whose process has ended; one without an owner's name is being made just now, or nobody can tell. */
function sweep(parent: string): void {
  let names: string[];
  try {
    names = readdirSync(parent).filter((name) => name.startsWith(prefix));
  } catch {
    return;
  }
  for (const name of names) {
    const owner = ownerOf(join(parent, name));
    if (owner !== null && !isAlive(owner)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function ownerOf(folder: string): z.infer<typeof ownerSchema> | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(join(folder, ownerName), 'utf8')));
  } catch {
    return null;
  }
}
