import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { isEntityName } from '../../../db/catalogue/catalogue.ts';
import { cellsOf, entriesOf, type StoredEntry, subjectOf } from '../../../db/replica/log/entries.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Change } from '../../../preload/contract/shapes.ts';

/** The rows that a transaction changed, by column. Elements, positions and texts count as columns of their owner. */
export function changesOf(db: ReadableDb, txn: number): Change[] {
  const entries = entriesOf(db, txn);
  const changes = new Map<string, { entity: EntityName; id: string; columns: Set<string> }>();
  for (const entry of entries) {
    const { entity, id, columns } = ownerOf(db, entry);
    const known = changes.get(id) ?? { entity, id, columns: new Set<string>() };
    for (const column of columns) known.columns.add(column);
    changes.set(id, known);
  }
  return [...changes.values()].map(({ entity, id, columns }) => ({ entity, id, columns: [...columns] }));
}

function ownerOf(db: ReadableDb, entry: StoredEntry): Change {
  const { entity, id } = subjectOf(entry);
  if (entity === 'set_elements' || entity === 'judgements' || entity === 'text_updates') {
    const part = getRow(db, entity, id);
    if (part !== undefined && isEntityName(part.owner_entity)) {
      return { entity: part.owner_entity, id: part.owner_id, columns: [part.column_name] };
    }
  }
  return { entity, id, columns: entry.op === 'u' ? cellsOf(entry).map((cell) => cell.column) : [] };
}
