import type { Row } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { textOf } from '../../documents/read.ts';
import { rulingOnSyncedFile } from '../../outbound/file-ruling.ts';
import { serverPolicies } from './server-policies.ts';

/** Files that a server may have of this laptop, and those that this laptop has not. By the hash of their bytes. */
export interface FilesOfSync {
  readonly send: readonly { readonly hash: string; readonly rule: string }[];
  readonly fetch: readonly string[];
}

/**
 * Files of the rows that the server knows. A file follows its row: the row has left before, and both policies let the file leave as a
 * whole (`rulingOnFile`). What is asked for once in a process is not asked for again (`known`).
 */
export function filesOfSync(db: ReadableDb, blobs: BlobStore, known: ReadonlySet<string>): FilesOfSync {
  const policies = serverPolicies(db);
  const send = new Map<string, string>();
  const fetch: string[] = [];
  const synced = db.statements.all<{ row: Uint8Array }>(
    `SELECT sync_rows.row AS row FROM sync_rows JOIN artifacts ON artifacts.id = sync_rows.row
     WHERE sync_rows.entity = ? AND artifacts._deleted = 0`,
    entitySpec('artifacts').n,
  );
  for (const { row } of synced) {
    const artifact = getRow(db, 'artifacts', blobToId(row));
    if (artifact === undefined) continue;
    const hashes = hashesOf(db, artifact).filter((hash) => !known.has(hash));
    const here = hashes.filter((hash) => blobs.has(hash));
    fetch.push(...hashes.filter((hash) => !here.includes(hash)));
    if (here.length === 0) continue;
    const { decision, rule } = rulingOnSyncedFile(db, policies, artifact, (extraction) =>
      textOf(db, extraction),
    );
    if (decision === 'allow') for (const hash of here) send.set(hash, rule);
  }
  return { send: [...send].map(([hash, rule]) => ({ hash, rule })), fetch: [...new Set(fetch)] };
}

/** The document itself, its captured page, and where its words stand on pages. */
function hashesOf(db: ReadableDb, artifact: Row<'artifacts'>): string[] {
  const of = { where: 'content_extractions.artifact_id = ?', values: [idToBlob(artifact.id)] };
  const geometries = listRows(db, 'content_extractions', of).map(({ geometry_hash: hash }) => hash);
  return [artifact.content_hash, artifact.snapshot_hash, ...geometries].filter((hash) => hash !== null);
}
