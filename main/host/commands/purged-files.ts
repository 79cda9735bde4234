import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { coveredBy, type Covered } from '../../../db/replica/log/purge.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { removeChunks } from '../../../db/replica/search-chunks.ts';
import type { ReadableDb, WritableDb } from '../../../db/replica/sqlite/open.ts';

/** Hashes of the files that rows and all that belongs to them name. Read before a purge. */
export function blobHashes(db: ReadableDb, entity: EntityName, ids: readonly Id[]): string[] {
  const covered = coveredBy(
    db,
    ids.map((id) => ({ entity, id })),
  );
  return covered.flatMap((each) => {
    if (each.entity === 'artifacts') {
      const row = getRow(db, 'artifacts', each.id);
      return [row?.content_hash, row?.snapshot_hash].filter((hash) => hash != null);
    }
    const geometry =
      each.entity === 'content_extractions'
        ? getRow(db, 'content_extractions', each.id)?.geometry_hash
        : null;
    return geometry == null ? [] : [geometry];
  });
}

/** True where a row still names a file. */
export function isNamed(db: ReadableDb, hash: string): boolean {
  const artifact = db.statements.get(
    'SELECT 1 FROM artifacts WHERE content_hash = ? OR snapshot_hash = ? LIMIT 1',
    hash,
    hash,
  );
  return (
    artifact !== undefined ||
    db.statements.get('SELECT 1 FROM content_extractions WHERE geometry_hash = ? LIMIT 1', hash) !== undefined
  );
}

/** Takes a purged row's passages out of the derived tables. */
export function forgetIndexed(db: WritableDb, { entity, id }: Covered): void {
  if (entity !== 'evidence') return;
  removeChunks(db.sqlite, idToBlob(id));
}
