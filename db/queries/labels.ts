import type { EntityName } from '../catalogue/catalogue.ts';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';

/** The id of the one row whose id or label begins so; null where none or several do. */
export function resolveLabel(db: ReadableDb, entity: EntityName, text: string): Id | null {
  const wanted = text.trim();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted.toLowerCase())) return wanted.toLowerCase();
  const length = Math.max(4, wanted.length - 2);
  const ids = db.statements.all<{ id: Buffer }>(`SELECT id FROM ${entity}`).map((row) => blobToId(row.id));
  const upper = wanted.toUpperCase();
  const found = ids.filter(
    (id) => labelOf(entity, id, length) === upper || id.startsWith(wanted.toLowerCase()),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}
