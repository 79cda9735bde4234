import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';

/** Columns that name a row to a person, the first that has something. */
const named = ['title', 'claim_text', 'name', 'file_name', 'quote', 'label', 'research_question'];

/**
 * A row as a list names it: its label, and its own words where it has any. `written` has the words of a row that is not here any more,
 * as far as somebody still knows them.
 */
export function nameOf(
  db: ReadableDb,
  entity: EntityName,
  id: Id,
  written: Readonly<Record<string, unknown>> = {},
): { entity: EntityName; label: string; title: string } {
  const row = (getRow(db, entity, id) as Record<string, Json> | undefined) ?? written;
  const title = named.map((column) => row[column]).find((value) => typeof value === 'string' && value !== '');
  return { entity, label: labelOf(entity, id), title: typeof title === 'string' ? title : '' };
}
