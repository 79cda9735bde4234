import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project-root.ts';
import { fileFaults } from './file-faults.ts';
import { SOURCE_FOLDERS } from './steps.ts';

/** Paths of all files under the source folders, from the root, with forward slashes. */
function* sourceFiles(root: string): Generator<string> {
  for (const folder of [...SOURCE_FOLDERS, 'bin']) {
    let entries;
    try {
      entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
    } catch {
      continue; // A folder that does not exist has no faults.
    }
    for (const entry of entries) {
      if (entry.isFile()) {
        yield path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
      }
    }
  }
}

/** Prints the faults of every source file; the exit code is 1 when there are any. */
function main(root: string): number {
  const faults: string[] = [];
  for (const file of sourceFiles(root)) {
    if (file.startsWith('tests/fixtures/')) continue;
    faults.push(...fileFaults(file, readFileSync(path.join(root, file), 'utf8')));
  }
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv[2] ?? projectRoot);
