import type { Covered } from '../../../db/replica/log/purge.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { removeChunks } from '../../../db/replica/search-chunks.ts';
import type { WritableDb } from '../../../db/replica/sqlite/open.ts';

/** Takes a purged row's passages out of the derived tables. */
export function forgetIndexed(db: WritableDb, { entity, id }: Covered): void {
  if (entity !== 'evidence') return;
  removeChunks(db.sqlite, idToBlob(id));
}
