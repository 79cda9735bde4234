import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Files of a workspace that hold these words, in UTF-8 or UTF-16. Its own backups are files that a person keeps; they do not count. */
export function filesWith(folder: string, words: string): string[] {
  const forms = [Buffer.from(words, 'utf8'), Buffer.from(words, 'utf16le')];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.relative(folder, file).startsWith('backups')) return [];
    const bytes = readIfThere(file);
    return forms.some((form) => bytes.includes(form)) ? [path.relative(folder, file)] : [];
  });
}

/** Bytes of a file; none where it went since its folder was read, as the working files of a backup do. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw thrown;
  }
}
