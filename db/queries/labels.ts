import type { EntityName } from '../catalogue/catalogue.ts';
import { entitySpec } from '../catalogue/catalogue.ts';
import { labelOf, labelTail } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';

const label = /^([A-Z])-([0-9A-HJKMNP-TV-Z]{4,13})$/;
const idStart = /^[0-9a-f-]{6,36}$/i;

/** Enough to say that a name is not unique. */
const several = 3;

/**
 * Ids of rows whose label this is, or whose id begins so; at most three, none for text that is neither. Both are answered by an index:
 * that of the id, and one over the five hexadecimal digits that a label's last four characters stand for.
 */
export function idsNamed(db: ReadableDb, entity: EntityName, text: string): Id[] {
  const wanted = text.trim();
  const [, letter, tail] = label.exec(wanted.toUpperCase()) ?? [];
  if (tail !== undefined && letter === entitySpec(entity).label) {
    return db.statements
      .all<{ id: Buffer }>(`SELECT id FROM ${entity} WHERE substr(hex(id), -5) = ?`, labelTail(tail))
      .map(({ id }) => blobToId(id))
      .filter((id) => labelOf(entity, id, tail.length) === wanted.toUpperCase())
      .slice(0, several);
  }
  if (!idStart.test(wanted)) return [];
  const digits = wanted.replaceAll('-', '');
  return db.statements
    .all<{ id: Buffer }>(
      `SELECT id FROM ${entity} WHERE id BETWEEN ? AND ? LIMIT ${several}`,
      Buffer.from(digits.padEnd(32, '0'), 'hex'),
      Buffer.from(digits.padEnd(32, 'f'), 'hex'),
    )
    .map(({ id }) => blobToId(id));
}
