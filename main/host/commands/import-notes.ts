import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { updateRow } from '../../../db/replica/rows/write.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { digestOfText, plainLines } from '../../export/obsidian/note-text.ts';
import {
  type KnownNote,
  type NoteFolder,
  type NoteProblem,
  readFolder,
} from '../../import/obsidian/read-folder.ts';
import { type Done, implied } from './edits.ts';
import { propertyText, statusIn, takeTags } from './import-note-properties.ts';
import { claimFromNote, takeLinks, type Taking } from './import-note-links.ts';

export interface NotesRequest {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Only tells what the import would do. */
  readonly dryRun: boolean;
}

/** What an import of notes did: how much of what, and what it left as it was, with the reason. */
export interface NotesImported {
  readonly sessionId: Id;
  readonly edited: number;
  readonly claims: number;
  readonly links: number;
  /** Files that are none of an exported session's. */
  readonly others: number;
  readonly problems: readonly NoteProblem[];
}

/** Ends a transaction that was only to tell what it would do. */
class OnlyTold extends Error {
  override readonly name = 'OnlyTold';
}

/**
 * Takes an exported folder of notes back, as one step for undo. What is as it was exported changes nothing, whatever the session
 * says by now; what was edited in the folder is written where the session still says what was exported. Nothing is removed by
 * what is not in the folder.
 */
export function importNotes(workspace: OpenWorkspace, { files, dryRun }: NotesRequest): Done<NotesImported> {
  const { replica } = workspace;
  const folder = readFolder(files);
  const session = getRow(replica.db, 'research_sessions', folder.sessionId);
  if (session === undefined || session._deleted) {
    throw new WorkbenchError(
      'not-found',
      'The session of these notes is not in this workspace, or is in the trash. Nothing was changed.',
      { id: folder.sessionId },
    );
  }
  const command = 'import.notes';
  let told: NotesImported | undefined;
  try {
    const { result, changes } = transact(replica, { command }, (tx) => {
      const result = take(workspace, folder, tx);
      if (!dryRun) return result;
      told = result;
      throw new OnlyTold();
    });
    return { result, command, changes };
  } catch (error) {
    if (error instanceof OnlyTold && told !== undefined) return { result: told, command, changes: [] };
    throw error;
  }
}

function take(workspace: OpenWorkspace, folder: NoteFolder, tx: Transaction): NotesImported {
  const problems = [...folder.problems];
  const taking: Taking = {
    tx,
    workspace,
    folder,
    counts: { edited: 0, claims: 0, links: 0 },
    problem: (path, sentence) => problems.push({ path, sentence }),
  };
  for (const known of folder.known) takeKnown(taking, known);
  for (const note of folder.fresh) claimFromNote(taking, note);
  return { sessionId: folder.sessionId, ...taking.counts, others: folder.others, problems };
}

const entities = {
  session: 'research_sessions',
  claim: 'research_claims',
  evidence: 'evidence',
} as const;

function takeKnown(taking: Taking, known: KnownNote): void {
  const { tx, folder } = taking;
  const { id, kind, note } = known;
  const row = getRow(tx.replica.db, entities[kind], id) as
    { readonly _deleted: boolean; readonly session_id?: Id; readonly [column: string]: unknown } | undefined;
  if (row === undefined || (kind !== 'session' && row.session_id !== folder.sessionId)) {
    taking.problem(note.path, 'What this note is of is not in the session any more. It was left out.');
    return;
  }
  const field = (name: string, said: string | undefined, current: unknown, write: (text: string) => void) =>
    takeWords(taking, known, { name, said, current, trashed: row._deleted, write });
  const plain = (column: string) => (text: string) => {
    updateRow(tx, entities[kind], id, { [column]: text } as never);
  };
  const words = (column: string) => (text: string) => {
    writeText(tx, entities[kind], id, column, text);
  };
  if (kind === 'claim') {
    field('claim', note.blocks.get('claim'), row['claim_text'], plain('claim_text'));
    field('reasoning', note.blocks.get('reasoning'), row['reasoning'], words('reasoning'));
    field('status', statusIn(taking, known, 'research_claims'), row['status'], plain('status'));
    takeTags(taking, known, 'research_claims', row);
    if (!row._deleted) takeLinks(taking, id, note);
    return;
  }
  field('title', propertyText(note.properties['title']), row['title'], plain('title'));
  field('notes', note.blocks.get('notes'), row['notes'], words('notes'));
  if (kind === 'session') {
    const question = propertyText(note.properties['question']);
    field('question', question, row['research_question'], plain('research_question'));
    field('status', statusIn(taking, known, 'research_sessions'), row['status'], (status) => {
      updateRow(tx, 'research_sessions', id, {
        status,
        ...implied(tx, 'research_sessions', { status }),
      } as never);
    });
  } else {
    takeTags(taking, known, 'evidence', row);
  }
}

interface Words {
  readonly name: string;
  readonly said: string | undefined;
  readonly current: unknown;
  readonly trashed: boolean;
  readonly write: (text: string) => void;
}

/** Writes what was edited in the folder and only there. What was edited on both sides stays as it is here, and is told of. */
function takeWords(taking: Taking, { note, exported }: KnownNote, words: Words): void {
  const { name, said, trashed, write } = words;
  const current = typeof words.current === 'string' ? plainLines(words.current) : '';
  const was = exported[name];
  if (said === undefined || said === current || was === digestOfText(said)) return;
  const outcome = trashed
    ? 'is in the trash'
    : was === undefined
      ? 'has lost the mark of what was exported'
      : was === digestOfText(current)
        ? null
        : 'was changed in the Workbench too';
  if (outcome !== null) {
    taking.problem(note.path, `Its ${name} was edited here and ${outcome}. The Workbench's words were kept.`);
    return;
  }
  if (name !== 'notes' && name !== 'reasoning' && said.trim() === '') {
    taking.problem(note.path, `Its ${name} was emptied. The Workbench's words were kept.`);
    return;
  }
  write(said);
  taking.counts.edited += 1;
}
