import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { refreshJudgement } from '../../../db/replica/rows/elements.ts';
import { idForRow, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { putBody } from '../../../db/replica/rows/text.ts';
import { insertRow, writeDerived } from '../../../db/replica/rows/write.ts';
import { insertChunks } from '../../../db/replica/search-chunks.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { pageSchema } from '../../../preload/contract/documents.ts';
import type { Imported } from '../../../preload/contract/exports.ts';
import { chunkText } from '../../capture/analyse/chunks.ts';
import { readSessionJson, type SessionFile, type WantedRow } from '../../export/session.ts';
import { type Done, insertGiven } from './edits.ts';
import { added, type Came, importAll, isMissing } from './imports.ts';
import type { ReferenceIndex } from '../../references/reference-index.ts';
import { cslIn, originalsIn } from '../../references/stored.ts';
import { refreshQuality } from './quality.ts';
import { referenceIndex } from './reference-rows.ts';
import { z } from 'zod';

interface Import {
  readonly workspace: OpenWorkspace;
  readonly file: SessionFile;
  /** Files and references that are not here, by their id: what stands for each of them instead. */
  readonly standIns: Map<string, Id>;
  /** Items of the library, read when the file has the first of them. */
  references?: ReferenceIndex;
}

type Row = Readonly<Record<string, Json>> & { readonly id: Id };

/** Adds the rows of an exported session that are not here yet, in one step for undo. */
export function importSession(workspace: OpenWorkspace, { text }: { text: string }): Done<Imported> {
  const file = readSessionJson(text);
  const context: Import = { workspace, file, standIns: new Map() };
  return importAll(workspace, 'import.session', file.rows, (tx, row) => addExported(tx, context, row));
}

function addExported(tx: Transaction, context: Import, { entity, id, values }: WantedRow): Came {
  const row: Row = { ...values, id };
  switch (entity) {
    case 'artifacts':
      return addFile(tx, context, row);
    case 'content_extractions':
      return addText(tx, context, row);
    case 'metadata_tags':
      return addFact(tx, context, row);
    case 'authors':
      return added(() => insertRow(tx, entity, row as never));
    case 'judgements':
      return added(() => addJudgement(tx, row));
    case 'reference_items':
      return addReference(tx, context, row);
    case 'evidence':
      return added(() => addEvidence(tx, context, row));
    case 'research_sessions':
      return added(() => insertGiven(tx, entity, withoutMissing(tx, row, [['project_id', 'projects']])));
    default:
      // Quotes come as they were stored, with the reading that their anchor was made on: they are looked up there and nowhere else.
      return added(() => insertGiven(tx, entity, row));
  }
}

/**
 * A file whose bytes are here comes back as it was. An export holds no files: of another one the text that was read stands in its
 * place, as a file of its own, so that quotes lead to their words.
 */
function addFile(tx: Transaction, { workspace: { blobs }, file, standIns }: Import, row: Row): Came {
  const reading = file.readingOf(row.id);
  const earlier = reading === null ? undefined : getRow(tx.replica.db, 'content_extractions', reading);
  if (earlier !== undefined) {
    standIns.set(row.id, earlier.artifact_id);
    return 'known';
  }
  const { content_hash: hash, snapshot_hash: snapshot, ...facts } = row;
  if (typeof hash === 'string' && blobs.has(hash)) {
    const kept = typeof snapshot === 'string' && blobs.has(snapshot) ? { snapshot_hash: snapshot } : {};
    const whole = { ...facts, content_hash: hash, ...kept };
    return added(() => insertGiven(tx, 'artifacts', whole, { scope: file.scope }));
  }
  const text = reading === null ? undefined : file.texts.get(reading);
  if (text === undefined) return 'left';
  const stored = blobs.put(Buffer.from(text, 'utf8'));
  const standIn = {
    content_hash: stored.hash,
    artifact_type: 'text' as const,
    mime_type: 'text/plain',
    file_size: stored.size,
    file_name: typeof row['file_name'] === 'string' ? `${row['file_name']}.txt` : null,
  };
  standIns.set(row.id, insertRow(tx, 'artifacts', standIn, { scope: file.scope }));
  return 'added';
}

/** A fact about a file; one about a file that something else stands for is a fact about that. */
function addFact(tx: Transaction, { standIns }: Import, { id, ...facts }: Row): Came {
  const { artifact_id: artifact } = facts;
  const standIn = typeof artifact === 'string' ? standIns.get(artifact) : undefined;
  if (standIn === undefined && isMissing(tx, 'artifacts', artifact)) return 'left';
  const values = standIn === undefined ? { ...facts, id } : { ...facts, artifact_id: standIn };
  const known = isMissing(tx, 'metadata_tags', idForRow('metadata_tags', '', values, id)) ? null : 'known';
  return known ?? added(() => insertRow(tx, 'metadata_tags', values as never));
}

function addText(tx: Transaction, { file, standIns, workspace }: Import, row: Row): Came {
  const { artifact_id: artifactId, geometry_hash: geometry, text_hash: _old, ...facts } = row;
  const text = file.texts.get(row.id);
  const artifact = (typeof artifactId === 'string' ? standIns.get(artifactId) : undefined) ?? artifactId;
  if (text === undefined || isMissing(tx, 'artifacts', artifact)) return 'left';
  const kept =
    typeof geometry === 'string' && workspace.blobs.has(geometry) ? { geometry_hash: geometry } : {};
  const values = {
    ...facts,
    ...kept,
    artifact_id: artifact,
    text_hash: putBody(tx.replica.db, Buffer.from(text, 'utf8')),
  };
  return added(() => insertRow(tx, 'content_extractions', values as never));
}

/** A reference that the library has under another id stands for the file's; a new one gets another key where its own is given. */
function addReference(tx: Transaction, context: Import, row: Row): Came {
  const { standIns } = context;
  context.references ??= referenceIndex(tx.replica);
  const csl = cslIn(row['csl']);
  const key = typeof row['citation_key'] === 'string' ? row['citation_key'] : null;
  const entry = { type: '', key, fields: Object.entries(csl), carried: {} };
  const match = context.references.find('csl-json', entry, csl);
  if (match !== undefined) {
    standIns.set(row.id, match.reference.id);
    return 'known';
  }
  const { project_id: _project, artifact_id: artifact, ...facts } = row;
  const standIn = typeof artifact === 'string' ? (standIns.get(artifact) ?? artifact) : null;
  const free = context.references.freeKey(key, csl);
  const values = { ...facts, citation_key: free, artifact_id: standIn };
  insertGiven(tx, 'reference_items', withoutMissing(tx, values, [['artifact_id', 'artifacts']]));
  context.references.put({
    id: row.id,
    key: free,
    csl,
    originals: originalsIn(row['metadata']),
    inTrash: false,
  });
  return 'added';
}

function addEvidence(tx: Transaction, { file, standIns }: Import, row: Row): void {
  const stood = (['artifact_id', 'reference_id'] as const).flatMap((column) => {
    const id = row[column];
    const standIn = typeof id === 'string' ? standIns.get(id) : undefined;
    return standIn === undefined ? [] : [[column, standIn] as const];
  });
  const given = { ...row, ...Object.fromEntries(stood) };
  const values = withoutMissing(tx, given, [
    ['artifact_id', 'artifacts'],
    ['extraction_id', 'content_extractions'],
    ['reference_id', 'reference_items'],
  ]);
  insertGiven(tx, 'evidence', values);
  // How much it bears on the question was found out where it came from; quality rests on it.
  const relevance = file.relevance.get(row.id);
  if (relevance !== undefined) {
    writeDerived(tx, 'evidence', row.id, { relevance_score: relevance });
    refreshQuality(tx, row.id);
  }
  const { extraction_id: extraction } = values;
  const text = typeof extraction === 'string' ? file.texts.get(extraction) : undefined;
  if (text !== undefined) indexWords(tx, row.id, text);
}

/** Passages for search, as capture makes them. */
function indexWords(tx: Transaction, id: Id, text: string): void {
  const { db } = tx.replica;
  const evidence = getRow(db, 'evidence', id);
  const extraction = evidence?.extraction_id ?? null;
  if (evidence === undefined || extraction === null) return;
  const map = z.array(pageSchema).safeParse(getRow(db, 'content_extractions', extraction)?.page_map ?? []);
  insertChunks(db.sqlite, {
    evidence: idToBlob(id),
    session: idToBlob(evidence.session_id),
    extraction: idToBlob(extraction),
    title: evidence.title ?? '',
    chunks: chunkText(text, map.data ?? []).map(({ start, end, page }) => ({
      start,
      end,
      page,
      text: text.slice(start, end),
    })),
  });
}

function addJudgement(tx: Transaction, row: Row): void {
  insertRow(tx, 'judgements', row as never);
  const { owner_entity: owner, owner_id: id, column_name: column } = row;
  refreshJudgement(tx, owner as EntityName, id as Id, column as string);
  if (owner === 'evidence') refreshQuality(tx, id as Id);
}

/** A row without the names of rows that are not here. */
function withoutMissing(
  tx: Transaction,
  row: Row,
  references: readonly (readonly [column: string, entity: EntityName])[],
): Row {
  const missing = references.filter(([column, entity]) => isMissing(tx, entity, row[column]));
  const names = new Set(missing.map(([column]) => column));
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name))) as Row;
}
