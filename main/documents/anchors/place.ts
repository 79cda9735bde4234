import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { type Location, locate } from './locate.ts';

/** The stored place of an anchored row where it is of the latest extraction (`current`), and a fresh look otherwise. */
export function placeOf(
  db: ReadableDb,
  row: Row<'claim_evidence'> | Row<'annotations'>,
  current: Id | null,
): Location | null {
  if (row.anchor === null) return null;
  if (row.anchor_state === null || row.located_in === null || row.located_in !== current)
    return locate(db, row);
  return {
    state: row.anchor_state as Location['state'],
    extractionId: current,
    start: row.located_start,
    end: row.located_end,
    page: row.located_page,
  };
}
