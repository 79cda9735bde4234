import { blobToId } from '../../../db/replica/rows/ids.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { keyOf } from './model-tenant.ts';

/** A row's version as a laptop knows it. An empty hash: it has to be asked for by name. */
export interface HeldRow {
  readonly scope: string;
  readonly seq: bigint;
  readonly hash: string;
}

/** What a laptop's file says of where it stands with its server. */
export interface View {
  /** Numbers of another epoch mean nothing; null before the first greeting. */
  readonly epoch: string | null;
  /** Up to which number each scope is here, and in which opening of it. */
  readonly cursors: ReadonlyMap<string, { readonly scopeEpoch: number; readonly seq: bigint }>;
  readonly rows: ReadonlyMap<string, HeldRow>;
}

export function viewOf(db: ReadableDb): View {
  const rows = db.statements.all<{ entity: number; row: Buffer; scope: string; seq: number; hash: string }>(
    'SELECT entity, row, scope, seq, hash FROM sync_rows',
  );
  return {
    epoch: readSync(db, 'epoch') ?? null,
    cursors: new Map(
      readCursors(db).map(({ scope, scopeEpoch, seq }) => [scope, { scopeEpoch, seq: BigInt(seq) }]),
    ),
    rows: new Map(
      rows.map(({ entity, row, scope, seq, hash }) => [
        keyOf({ entity, id: blobToId(row) }),
        { scope, seq: BigInt(seq), hash },
      ]),
    ),
  };
}
