import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Remark } from '../extract/types.ts';
import { displayName } from './names.ts';
import type { NewItem } from './types.ts';

/** Files that systems leave in folders and nobody means. */
const systemNames = new Set([
  'thumbs.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
  '__macosx',
  'node_modules',
]);

/** Folders inside folders are followed this deep. */
const maxDepth = 64;

/** The files of a path as new items, paths as they were given. A path that cannot be read is an item with its reason. */
export async function itemsOfPath(path: string): Promise<NewItem[]> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return [item(path, null)];
    if (!facts.isDirectory()) return [item(path, 'not-a-file')];
    const found: NewItem[] = [];
    await walkFolder(path, await realpath(path), 0, found);
    return found.length > 0 ? found : [item(path, 'folder-empty')];
  } catch (error) {
    return [item(path, fileErrorCode(error))];
  }
}

/** The code of the sentence for an error of the file system. */
export function fileErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'file-missing';
  if (code === 'EACCES' || code === 'EPERM') return 'file-not-allowed';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full';
  return 'file-unreadable';
}

async function walkFolder(folder: string, root: string, depth: number, found: NewItem[]): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  for (const entry of entries) {
    if (
      entry.name.startsWith('.') ||
      entry.name.startsWith('~$') ||
      systemNames.has(entry.name.toLowerCase())
    )
      continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < maxDepth)
        await walkFolder(path, root, depth + 1, found).catch((error: unknown) =>
          found.push(item(path, fileErrorCode(error))),
        );
    } else if (entry.isFile() || (await isFileInside(path, entry, root))) {
      found.push(item(path, null));
    }
  }
}

/** A link counts where it leads to a file inside the folder that was given: never out of it, never round in circles. */
async function isFileInside(path: string, entry: Dirent, root: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  try {
    const target = await realpath(path);
    return target.startsWith(root + sep) && (await lstat(target)).isFile();
  } catch {
    return false;
  }
}

function item(path: string, failure: string | null): NewItem {
  const reason: Remark | null = failure === null ? null : { code: failure, parameters: {} };
  return { name: displayName(path), source: { kind: 'path', path }, failure: reason };
}
