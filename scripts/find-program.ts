import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Path of the first of these programs that is on the PATH (or is an absolute path that exists), else undefined. */
export function findProgram(
  names: readonly string[],
  searched = process.env['PATH'] ?? '',
): string | undefined {
  for (const name of names) {
    const places = path.isAbsolute(name)
      ? [name]
      : searched.split(path.delimiter).map((folder) => path.join(folder, name));
    const found = places.find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
