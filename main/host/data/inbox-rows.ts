import { columnSpec, type EntityName, entityNames } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { loggedForm } from '../../../db/replica/log/bring-back.ts';
import { changedColumns } from '../../../db/replica/log/history.ts';
import { entityByNumber } from '../../../db/replica/log/numbers.ts';
import { addedWords } from '../../../db/replica/rows/text.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { SyncInboxItem } from '../../../preload/contract/inbox.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { nameOf } from './row-name.ts';

type RefusedRow = SyncInboxItem['rows'][number];

const mostRows = 20;
const longestText = 400;

/**
 * What a transaction in the inbox was about: its rows, and what it wrote into each. The words come from the transaction, since its rows
 * may have gone with what was taken from this person.
 */
export function inboxRows(db: ReadableDb, transaction: ExchangedTransaction): RefusedRow[] {
  const rows = new Map<Id, { readonly entity: EntityName; readonly written: Record<string, Json> }>();
  for (const entry of transaction.entries) {
    const { entity, id, columns } = wroteInto(entry, transaction.bodies);
    const row = rows.get(id);
    if (row !== undefined) Object.assign(row.written, columns);
    else if (rows.size < mostRows) rows.set(id, { entity, written: columns });
  }
  return [...rows].map(([id, { entity, written }]) => {
    const begun = Object.entries(written).map(([column, value]) => [column, begin(value)]);
    return {
      ...nameOf(db, entity, id, written),
      id,
      written: Object.fromEntries(begun) as RefusedRow['written'],
    };
  });
}

interface Wrote {
  readonly entity: EntityName;
  readonly id: Id;
  readonly columns: Record<string, Json>;
}

function wroteInto(entry: ExchangedEntry, bodies: ExchangedTransaction['bodies']): Wrote {
  const entity = entityByNumber(entry.entity);
  const logged = loggedForm(entry);
  if (logged === null) return { entity, id: entry.row, columns: {} };
  const { op, cols } = logged;
  const written = changedColumns({ op, entity: entry.entity, cols: JSON.stringify(cols) });
  // A text's own cell names a lineage; its words come with the edits.
  const values = Object.entries(written).filter(([name]) => columnSpec(entity, name)?.merge !== 'text');
  const columns = Object.fromEntries(values.map(([name, { new: value }]) => [name, value]));
  return partOf(columns, bodies) ?? { entity, id: entry.row, columns };
}

/** An element, a position or a text's edit that was added, as a write of the column that it belongs to. */
function partOf(
  { owner_entity, owner_id, column_name, element, value, update_hash }: Readonly<Record<string, Json>>,
  bodies: ExchangedTransaction['bodies'],
): Wrote | null {
  const entity = entityNames.find((name) => name === owner_entity);
  if (entity === undefined || typeof owner_id !== 'string' || typeof column_name !== 'string') return null;
  const update = typeof update_hash === 'string' ? bodies[update_hash] : undefined;
  const words = update === undefined ? null : addedWords(Buffer.from(update, 'base64'));
  return { entity, id: owner_id, columns: { [column_name]: words ?? element ?? value ?? null } };
}

function begin(value: Json): Json {
  return typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)} …` : value;
}
