import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { z } from 'zod';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { referenceFormatSchema, type ReferenceRow } from '../../../preload/contract/references.ts';
import { type Action, done, partly } from '../context.ts';
import { type Answer, cell, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { idOf } from './rows.ts';

const pageSize = 500;

/** `workbench references list`: every item of the library with its key. */
export function listReferences(filter: string | undefined): Action {
  return async ({ client: open }) => {
    const client = await open();
    const references: ReferenceRow[] = [];
    for (let total = 1; references.length < total;) {
      const window = await client.references.list({
        text: filter ?? '',
        offset: references.length,
        limit: pageSize,
      });
      references.push(...window.rows);
      total = window.rows.length === 0 ? references.length : window.total;
    }
    const lines = references.map((row) => [
      row.key,
      row.people.join(', '),
      row.issued ?? '',
      cell(row.title ?? '', 100),
    ]);
    return done({ references }, table(lines));
  };
}

/** `workbench references import`: a file's entries. The same file again changes nothing. */
export function importReferences(file: string, format: string | undefined): Action {
  const named = format === undefined ? undefined : formatOf(format);
  return async ({ client: open }) => {
    const bytes = file === '-' ? await buffer(process.stdin) : await readFile(resolve(file));
    return takeReferences(await open(), decode(bytes), named);
  };
}

/** Takes the words of a file of references into the library. */
export async function takeReferences(
  client: HostClient,
  text: string,
  format?: z.infer<typeof referenceFormatSchema>,
): Promise<Answer> {
  const answer = await client.references.import({ text, ...(format === undefined ? {} : { format }) });
  const counts = new Map<string, number>();
  for (const { status } of answer.items) counts.set(status, (counts.get(status) ?? 0) + 1);
  const lines = [
    [...counts].map(([status, count]) => `${count} ${status}`).join(', '),
    ...answer.problems.map(({ line, sentence }) => `line ${line}: ${sentence}`),
  ].filter((line) => line !== '');
  return answer.problems.length === 0 ? done(answer, lines) : partly(answer, lines);
}

/** `workbench references export`: the library in one format, to a file or to standard output. */
export function exportReferences(format: string, out: string | undefined): Action {
  const named = formatOf(format);
  return async ({ client: open }) => {
    const client = await open();
    const { name, data, withheld } = await client.references.export({ format: named });
    const content = data === null ? '' : Buffer.from(await data.arrayBuffer()).toString('utf8');
    const said = withheld === 0 ? [] : [`${withheld} values were withheld by the privacy settings.`];
    if (out === undefined) return done({ name, content, withheld }, [content, ...said]);
    const file = resolve(out);
    await writeFile(file, content);
    return done({ file, bytes: Buffer.byteLength(content), withheld }, [file, ...said]);
  };
}

/** `workbench references from-evidence`: the items by which documents are cited. */
export function offerReferences(ids: readonly string[]): Action {
  return async ({ client: open }) => {
    const client = await open();
    const evidenceIds = [];
    for (const id of ids) evidenceIds.push(await idOf(client, 'evidence', id));
    const references = await client.references.fromEvidence({ evidenceIds });
    return done(
      { references },
      references.map(({ key, status }) => `${key} (${status})`),
    );
  };
}

function formatOf(name: string) {
  const parsed = referenceFormatSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--format is one of: ${referenceFormatSchema.options.join(', ')}.`);
}

/** The words of a file: UTF-8, or else the code page that old reference managers wrote. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
