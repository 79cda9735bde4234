import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { type Action, done, partly } from '../context.ts';
import type { Answer } from '../terminal/output.ts';
import { idOf } from './rows.ts';

interface NoteFile {
  readonly path: string;
  readonly text: string;
}

/** `workbench export --format obsidian`: a session as a folder of notes, or as one archive where the name ends in `.zip`. */
export function exportNotes(session: string, out: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const sessionId = await idOf(client, 'research_sessions', session);
    const target = resolve(out);
    const isArchive = /\.zip$/i.test(target);
    const earlier = isArchive ? [] : await notesIn(target);
    if (earlier.some(({ text }) => idLine(text) !== undefined)) await refuseUnread(client, earlier);
    const { data, withheld, remarks } = await client.exports.session({ sessionId, format: 'obsidian' });
    const bytes = data === null ? new Uint8Array() : new Uint8Array(await data.arrayBuffer());
    const said = withheld === 0 ? [] : [`${withheld} values were withheld by the privacy settings.`];
    if (isArchive) {
      await writeFile(target, bytes);
      return done({ file: target, bytes: bytes.byteLength, withheld, remarks }, [target, ...said]);
    }
    const files = new Map(
      Object.entries(unzipSync(bytes)).map(([path, words]) => [path, decoder.decode(words)]),
    );
    await writeFolder(target, files, earlier);
    return done({ folder: target, files: files.size, withheld, remarks }, [target, ...said]);
  };
}

const decoder = new TextDecoder();

/** Edits that were made in the folder and not imported yet would be lost by writing over them. */
async function refuseUnread(client: HostClient, files: readonly NoteFile[]): Promise<void> {
  const { edited, claims, links, problems } = await client.imports.notes({ files: [...files], dryRun: true });
  if (edited + claims + links + problems.length === 0) return;
  throw new WorkbenchError(
    'not-allowed',
    'There are edits in this folder that are not in the workspace. Import the folder first, or export to another one. Nothing was written.',
  );
}

/** Writes the notes; an earlier note of the same row under another name is removed. Files that are none of ours stay. */
async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  earlier: readonly NoteFile[],
): Promise<void> {
  const written = new Set([...files.values()].map(idLine).filter((id) => id !== undefined));
  for (const { path, text } of earlier) {
    const id = idLine(text);
    if (id !== undefined && written.has(id) && !files.has(path)) await rm(join(folder, path));
  }
  for (const [path, text] of files) {
    const file = join(folder, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** The line of a note's properties that holds its id. */
function idLine(text: string): string | undefined {
  return /^---\r?\nworkbench: .*\r?\n(id: .*)\r?$/m.exec(text)?.[1]?.trim();
}

/** Takes a folder of notes, or its archive, back into its session. */
export async function importNotes(client: HostClient, place: string): Promise<Answer> {
  const files = /\.zip$/i.test(place) ? notesOfArchive(await readFile(place)) : await notesIn(place);
  const answer = await client.imports.notes({ files });
  const { edited, claims, links, problems } = answer;
  const lines = [
    `${edited} edited, ${claims} claims and ${links} links added.`,
    ...problems.map(({ path, sentence }) => `${path}: ${sentence}`),
  ];
  return problems.length === 0 ? done(answer, lines) : partly(answer, lines);
}

function notesOfArchive(bytes: Uint8Array): NoteFile[] {
  const entries = Object.entries(unzipSync(bytes, { filter: ({ name }) => /\.md$/i.test(name) }));
  return entries.map(([path, words]) => ({ path, text: decoder.decode(words) }));
}

/** Every Markdown file under a folder, without what programs keep in folders that begin with a dot. */
async function notesIn(folder: string): Promise<NoteFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const files: NoteFile[] = [];
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || !/\.md$/i.test(path) || /(?:^|\/)\./.test(path)) continue;
    files.push({ path, text: await readFile(join(folder, path), 'utf8') });
  }
  return files;
}
