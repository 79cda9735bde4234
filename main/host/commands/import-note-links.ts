import type { Id, Row } from '../../../db/catalogue/rows.ts';
import { derivedId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import { historyOf } from '../../../db/replica/log/history.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { takeQuote } from '../../documents/anchors/quote.ts';
import { collapsed, digestOfText, plainLines } from '../../export/obsidian/note-text.ts';
import type { NoteFolder } from '../../import/obsidian/read-folder.ts';
import type { Note, NoteLink } from '../../import/obsidian/read-note.ts';
import { linkIn } from './claims.ts';
import { insertGiven } from './edits.ts';

/** What is counted while the notes are taken, and what was said of them. */
export interface Taking {
  readonly tx: Transaction;
  readonly workspace: OpenWorkspace;
  readonly folder: NoteFolder;
  readonly counts: { edited: number; claims: number; links: number };
  readonly problem: (path: string, sentence: string) => void;
}

/**
 * Adds the claim that a person wrote as a new note: its words, its reasoning, and what it rests on. Its id follows from the note's
 * path, so that the same note is the same claim.
 */
export function claimFromNote(taking: Taking, note: Note): void {
  const { tx, folder } = taking;
  const { db } = tx.replica;
  const { claim } = note.properties;
  const text = plainLines(
    note.blocks.get('claim') ?? (typeof claim === 'string' ? claim : undefined) ?? note.heading ?? note.stem,
  ).trim();
  const path = note.path.replaceAll('\\', '/').normalize('NFC');
  const id = derivedId('research_claims', folder.sessionId, 'note', path);
  if (db.statements.get('SELECT 1 FROM purged WHERE id = ?', idToBlob(id)) !== undefined) {
    taking.problem(note.path, 'This claim was purged here. It was left out.');
    return;
  }
  const row = getRow(db, 'research_claims', id);
  if (row === undefined) {
    const reasoning = note.blocks.get('reasoning') ?? note.prose;
    insertGiven(tx, 'research_claims', {
      id,
      session_id: folder.sessionId,
      claim_text: text,
      ...(reasoning === '' ? {} : { reasoning }),
    });
    taking.counts.claims += 1;
  } else if (row._deleted) {
    return;
  } else if (text !== '' && text !== row.claim_text && !wasOnce(taking, id, text)) {
    updateRow(tx, 'research_claims', id, { claim_text: text });
    taking.counts.edited += 1;
  }
  takeLinks(taking, id, note);
}

/** True for words that the claim had before: the note is older than they are. */
function wasOnce({ tx }: Taking, id: Id, text: string): boolean {
  return historyOf(tx.replica.db, 'research_claims', id).some(
    ({ columns }) => columns['claim_text']?.new === text || columns['claim_text']?.old === text,
  );
}

/** Takes what a claim rests on from its note. A quote is taken from its source again, or refused: never from the note. */
export function takeLinks(taking: Taking, claimId: Id, note: Note): void {
  for (const link of note.links) takeLink(taking, claimId, note, link);
}

function takeLink(taking: Taking, claimId: Id, note: Note, link: NoteLink): void {
  const { exported, quote, stance } = link;
  const said = collapsed(quote ?? '');
  const row = exported === undefined ? undefined : linkRow(taking, claimId, exported.id);
  const isAsExported = exported?.quote === digestOfText(said);
  if (
    row !== undefined &&
    !row._deleted &&
    row.stance === stance &&
    (isAsExported || collapsed(row.quote ?? '') === said)
  ) {
    takeLinkNote(taking, note, link, row);
    return;
  }
  // It was removed here since, and nobody edited it there.
  if (exported !== undefined && isAsExported && (row === undefined || row._deleted)) return;
  const evidenceId = taking.folder.idOf(link.target) ?? row?.evidence_id;
  const evidence =
    evidenceId === undefined ? undefined : getRow(taking.tx.replica.db, 'evidence', evidenceId);
  if (evidence === undefined || evidence._deleted || evidence.session_id !== taking.folder.sessionId) {
    taking.problem(
      note.path,
      `“${shortened(link.target)}” names no document of this session. The link was left out.`,
    );
    return;
  }
  if (hasLink(taking, claimId, evidence.id, stance, said)) return;
  addLink(taking, claimId, evidence.id, note, link, row);
}

function addLink(
  taking: Taking,
  claimId: Id,
  evidenceId: Id,
  note: Note,
  { quote, stance, note: remark }: NoteLink,
  replaced: Row<'claim_evidence'> | undefined,
): void {
  const { tx, workspace } = taking;
  const { db } = tx.replica;
  const asked = quote === null ? undefined : { quote };
  try {
    // Where the source says the words a little otherwise, the link that has them may be here already.
    const taken = asked === undefined ? undefined : takeQuote(db, workspace.blobs, { evidenceId, ...asked });
    if (taken !== undefined && hasLink(taking, claimId, evidenceId, stance, collapsed(taken.quote))) return;
    linkIn(tx, workspace.blobs, {
      claimId,
      evidenceId,
      stance,
      ...asked,
      note: remark ?? replaced?.note ?? undefined,
    });
  } catch (error) {
    if (!(error instanceof WorkbenchError)) throw error;
    taking.problem(
      note.path,
      `The quote “${shortened(collapsed(quote ?? ''))}” was left out: ${error.message}`,
    );
    return;
  }
  if (replaced !== undefined && !replaced._deleted) removeRow(tx, 'claim_evidence', replaced.id);
  taking.counts.links += 1;
}

function takeLinkNote(
  taking: Taking,
  note: Note,
  { note: said, exported }: NoteLink,
  row: Row<'claim_evidence'>,
): void {
  const current = plainLines(row.note ?? '');
  if (said === undefined || said === current || exported?.note === digestOfText(said)) return;
  if (exported?.note !== digestOfText(current)) {
    taking.problem(
      note.path,
      "A link's note was changed in the Workbench too. The Workbench's words were kept.",
    );
    return;
  }
  writeText(taking.tx, 'claim_evidence', row.id, 'note', said);
  taking.counts.edited += 1;
}

function linkRow({ tx }: Taking, claimId: Id, id: Id): Row<'claim_evidence'> | undefined {
  const row = getRow(tx.replica.db, 'claim_evidence', id);
  return row?.claim_id === claimId ? row : undefined;
}

/** True where the claim has this link already, or had it until somebody removed it here. */
function hasLink({ tx }: Taking, claimId: Id, evidenceId: Id, stance: string, quote: string): boolean {
  return [false, true].some((trash) =>
    listRows(tx.replica.db, 'claim_evidence', {
      trash,
      where: 'claim_evidence.claim_id = ? AND claim_evidence.evidence_id = ? AND claim_evidence.stance = ?',
      values: [idToBlob(claimId), idToBlob(evidenceId), stance],
    }).some((row) => collapsed(row.quote ?? '') === quote),
  );
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text;
}
