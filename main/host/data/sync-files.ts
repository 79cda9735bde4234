import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { entitySpec, hashColumns } from '../../../db/catalogue/catalogue.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { readChoice } from '../../../db/replica/sync/choice.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { textOf } from '../../documents/read.ts';
import { rulingOnSyncedFile } from '../../outbound/file-ruling.ts';
import { serverPolicies } from './server-policies.ts';

/** A file that may leave: the document that it belongs to, by which rule, and under which version of the organisation's settings. */
export interface FileToSend {
  readonly hash: string;
  readonly artifact: Id;
  readonly rule: string;
  readonly policy: number;
}

/** Files that a server may have of this laptop, and those that this laptop has not. By the hash of their bytes. */
export interface FilesOfSync {
  readonly send: readonly FileToSend[];
  /** To be fetched, in this order. */
  readonly fetch: readonly string[];
  /** More than there is to be room for: may go in this order where the server gives them again. */
  readonly letGo: readonly string[];
}

interface Document {
  readonly artifact: Row<'artifacts'>;
  readonly hashes: readonly string[];
  readonly pinned: boolean;
}

/**
 * Files of the rows that the server knows. A file follows its row: the row has left before, and both policies let the file leave as a
 * whole (`rulingOnFile`). What is asked for once in a process is not asked for again (`known`). Files of pinned sessions are fetched first
 * and stay; of the others there are as many as the person makes room for, the latest used.
 */
export function filesOfSync(db: ReadableDb, blobs: BlobStore, known: ReadonlySet<string>): FilesOfSync {
  const policies = serverPolicies(db);
  const documents = syncedDocuments(db);
  const policy = Number(readSync(db, 'policy-version') ?? 0);
  const send = new Map<string, FileToSend>();
  for (const { artifact, hashes } of documents) {
    const here = hashes.filter((hash) => !known.has(hash) && blobs.has(hash));
    if (here.length === 0) continue;
    const { decision, rule } = rulingOnSyncedFile(db, policies, artifact, (extraction) =>
      textOf(db, extraction),
    );
    if (decision === 'allow')
      for (const hash of here) send.set(hash, { hash, artifact: artifact.id, rule, policy });
  }
  const { fetch, letGo } = roomFor(documents, blobs, readChoice(db).fileBytes);
  return {
    send: [...send.values()],
    fetch: fetch.filter((hash) => !known.has(hash)),
    letGo,
  };
}

/** What is to be fetched, and what has to go, where there is room for so many bytes beside the files of pinned sessions. */
function roomFor(
  documents: readonly Document[],
  blobs: BlobStore,
  room: number | null,
): Pick<FilesOfSync, 'fetch' | 'letGo'> {
  const missing = ({ hashes }: Document) => hashes.filter((hash) => !blobs.has(hash));
  const pinned = documents.filter((document) => document.pinned);
  const others = documents.filter((document) => !document.pinned);
  const first = pinned.flatMap(missing);
  if (room === null) return { fetch: [...new Set([...first, ...others.flatMap(missing)])], letGo: [] };
  const kept = new Set(pinned.flatMap(({ hashes }) => hashes));
  const here = [...new Set(others.flatMap(({ hashes }) => hashes))]
    .filter((hash) => !kept.has(hash) && blobs.has(hash))
    .toSorted((a, b) => blobs.usedAt(b) - blobs.usedAt(a));
  const fetch = [...first];
  const letGo: string[] = [];
  let left = room;
  for (const hash of here) {
    left -= blobs.size(hash);
    if (left < 0) letGo.push(hash);
  }
  // What had to go is not fetched again; new documents come as long as they fit.
  for (const document of others) {
    const wanted = missing(document);
    left -= wanted.length === 0 ? 0 : (document.artifact.file_size ?? 0);
    if (left < 0) break;
    fetch.push(...wanted);
  }
  return { fetch: [...new Set(fetch)], letGo };
}

/** Documents that the server knows, the latest first. */
function syncedDocuments(db: ReadableDb): Document[] {
  const { pinned } = readChoice(db);
  const rows = db.statements.all<{ row: Uint8Array }>(
    `SELECT sync_rows.row AS row FROM sync_rows JOIN artifacts ON artifacts.id = sync_rows.row
     WHERE sync_rows.entity = ? AND artifacts._deleted = 0 ORDER BY artifacts.rid DESC`,
    entitySpec('artifacts').n,
  );
  return rows.flatMap(({ row }): Document[] => {
    const artifact = getRow(db, 'artifacts', blobToId(row));
    if (artifact === undefined) return [];
    return [{ artifact, hashes: hashesOf(db, artifact), pinned: isPinned(db, row, pinned) }];
  });
}

function isPinned(db: ReadableDb, artifact: Uint8Array, pinned: readonly Id[]): boolean {
  return pinned.some(
    (session) =>
      db.statements.get(
        'SELECT 1 FROM evidence WHERE artifact_id = ? AND session_id = ? AND _deleted = 0 LIMIT 1',
        artifact,
        idToBlob(session),
      ) !== undefined,
  );
}

/** The document itself, its captured page, and where its words stand on pages: every file that it or a part of it names. */
function hashesOf(db: ReadableDb, artifact: Row<'artifacts'>): string[] {
  return fileQueries.flatMap((sql) =>
    db.statements.all<{ hash: string }>(sql, idToBlob(artifact.id)).map(({ hash }) => hash),
  );
}

/** What a masked hash shows is no file. */
const fileQueries = hashColumns('file').map(({ entity, column }) => {
  const { scope } = entitySpec(entity);
  const key = entity === 'artifacts' ? 'id' : scope.by === 'parent' ? scope.column : 'artifact_id';
  return `SELECT ${column} AS hash FROM ${entity} WHERE ${key} = ? AND ${column} <> ''`;
});

/** The files behind a document, where the server knows it. */
export function filesOfDocument(db: ReadableDb, artifactId: Id): readonly string[] {
  const artifact = getRow(db, 'artifacts', artifactId);
  const isSynced =
    db.statements.get(
      'SELECT 1 FROM sync_rows WHERE entity = ? AND row = ?',
      entitySpec('artifacts').n,
      idToBlob(artifactId),
    ) !== undefined;
  return artifact === undefined || !isSynced ? [] : hashesOf(db, artifact);
}
