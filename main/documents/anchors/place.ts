import type { Row } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { type Location, locate } from './locate.ts';

/** The stored place of an anchored row where it is of the latest extraction, and a fresh look otherwise. */
export function placeOf(db: ReadableDb, row: Row<'claim_evidence'> | Row<'annotations'>): Location | null {
  if (row.anchor === null) return null;
  const current = getRow(db, 'evidence', row.evidence_id)?.extraction_id ?? null;
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
