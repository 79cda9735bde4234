import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { annotationFormats, sessionFormats } from '../../../preload/contract/exports.ts';
import { type Action, done } from '../context.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { exportNotes, importNotes } from './notes.ts';
import { takeReferences } from './references.ts';
import { idOf } from './rows.ts';

type Exported = Awaited<ReturnType<HostClient['exports']['session']>>;

/** `workbench export`: a session in an open format, to a file or to standard output. */
export function exportSession(session: string, given: string, out: string | undefined): Action {
  const format = oneOf(sessionFormats, given);
  if (format === 'obsidian') {
    if (out === undefined) throw new UsageError('A folder of notes needs --out with its name.');
    return exportNotes(session, out);
  }
  if (format === 'pdf') needsFile(out);
  return async ({ client: open }) => {
    const client = await open();
    const sessionId = await idOf(client, 'research_sessions', session);
    return answer(await client.exports.session({ sessionId, format }), out);
  };
}

/** `workbench annotations export`: the marks of a document, to a file or to standard output. */
export function exportAnnotations(evidence: string, given: string, out: string | undefined): Action {
  const format = oneOf(annotationFormats, given);
  if (format === 'pdf') needsFile(out);
  return async ({ client: open }) => {
    const client = await open();
    const evidenceId = await idOf(client, 'evidence', evidence);
    return answer(await client.exports.annotations({ evidenceId, format }), out);
  };
}

/** `workbench import`: what was exported, a file or a folder, told apart by what the file says that it is. */
export function importFile(file: string, evidence: string | undefined): Action {
  return async ({ client: open }) => {
    const place = resolve(file);
    if (/\.zip$/i.test(place) || (await stat(place)).isDirectory()) return importNotes(await open(), place);
    const text = await readFile(place, 'utf8');
    const client = await open();
    if (isReferences(text)) return takeReferences(client, text);
    const evidenceId = evidence === undefined ? undefined : await idOf(client, 'evidence', evidence);
    const imported = /"AnnotationCollection"/.test(text.slice(0, 4000))
      ? await client.imports.annotations({ text, evidenceId })
      : await client.imports.session({ text });
    return done(imported, [imported.sentence]);
  };
}

/** True for a bibliography: BibTeX, RIS, or a list of CSL items. */
function isReferences(text: string): boolean {
  return /^\s*\[/.test(text) || /^TY {2}-/m.test(text) || /^\s*@\w+\s*[{(]/m.test(text);
}

async function answer({ name, data, withheld, remarks }: Exported, out: string | undefined): Promise<Answer> {
  const bytes = data === null ? new Uint8Array() : new Uint8Array(await data.arrayBuffer());
  const kept = withheld === 0 ? [] : [`${withheld} values were withheld by the privacy settings.`];
  const said = [...remarks, ...kept];
  if (out === undefined) {
    const content = new TextDecoder().decode(bytes);
    return done({ name, content, withheld, remarks }, [content, ...said]);
  }
  const file = resolve(out);
  await writeFile(file, bytes);
  return done({ file, bytes: bytes.byteLength, withheld, remarks }, [file, ...said]);
}

function oneOf<T extends string>(formats: readonly T[], given: string): T {
  const format = formats.find((each) => each === given);
  if (format !== undefined) return format;
  throw new UsageError(`--format is one of: ${formats.join(', ')}.`);
}

function needsFile(out: string | undefined): void {
  if (out === undefined) throw new UsageError('A PDF needs --out with the name of a file.');
}
