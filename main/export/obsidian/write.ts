import { zipSync } from 'fflate';
import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { PrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { type ExportTally, exportFilter } from '../../outbound/export-filter.ts';
import { fileNameOf, sayThrough } from '../say.ts';
import { type NoteFile, notesOf } from './folder.ts';

/** A session's folder of notes after the gate. */
export interface WrittenNotes {
  /** A name for the folder. */
  readonly name: string;
  readonly files: readonly NoteFile[];
  readonly tally: ExportTally;
}

/** A session as an Obsidian-style folder: every value of it, and its name, went through the policy. */
export function writeNotes(
  db: ReadableDb,
  { sessionId, policy }: { readonly sessionId: Id; readonly policy: PrivacySettings },
): WrittenNotes {
  const { filter, tally } = exportFilter(db, policy);
  const files = notesOf(db, sessionId, filter);
  const session = getRow(db, 'research_sessions', sessionId);
  const title =
    session === undefined ? null : sayThrough(filter)('research_sessions', 'title', session.title, session);
  const name = fileNameOf(title ?? '', labelOf('research_sessions', sessionId));
  return { name, files, tally: tally() };
}

/** The folder as one archive. The same notes make the same bytes: no file has a time of its own. */
export function zipOf(files: readonly NoteFile[]): Uint8Array {
  const encoder = new TextEncoder();
  return zipSync(Object.fromEntries(files.map(({ path, text }) => [path, encoder.encode(text)])), {
    mtime: new Date(1980, 0, 1, 12),
  });
}
