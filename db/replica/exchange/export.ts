import type { Json } from '../../catalogue/types.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import {
  exchangeVersion,
  type ExchangedEntry,
  type ExchangedTransaction,
} from '../../../sync/protocol/exchange.ts';
import { decodeCell, resolveStamps } from '../log/cells.ts';
import { entriesOf, type StoredEntry } from '../log/entries.ts';
import { columnByNumber, entityByNumber } from '../log/numbers.ts';
import { blobToId } from '../rows/ids.ts';
import { readBody } from '../rows/text.ts';
import { loggedColumns } from '../schema/physical.ts';
import type { ReadableDb } from '../sqlite/open.ts';

interface StoredTransaction {
  readonly txn: number;
  readonly stamp: Stamp;
  readonly command: string;
  readonly origin: ExchangedTransaction['origin'];
  readonly author: Buffer;
  readonly replica: string;
  readonly schema_version: number;
  readonly undoes: Stamp | null;
  readonly pick: number;
}

type LoggedCell = readonly [
  cell: number | string,
  value: Json,
  old: Json,
  base: Json,
  seen?: readonly Stamp[],
];

/**
 * Every live stamp of a row as its deleter saw it. A delete that was made here logs the row's `_stamps`, its side records and its text
 * updates' stamps; one from elsewhere logs the stamps themselves.
 */
export function deleterSaw(db: ReadableDb, logged: string | null): Stamp[] {
  const [stamps, cells, texts] = JSON.parse(logged ?? '[{},{},[]]') as [
    Record<string, Json> | readonly Stamp[],
    Record<string, Json> | undefined,
    readonly Json[] | undefined,
  ];
  if (Array.isArray(stamps)) return [...(stamps as readonly Stamp[])];
  const own = Object.values(stamps as Record<string, Json>).flatMap((each) => resolveStamps(db, each));
  const beside = Object.values(cells ?? {}).flatMap((state) => [
    ...decodeCell(JSON.stringify(state)).live.keys(),
  ]);
  return [...new Set([...own, ...beside, ...resolveStamps(db, texts)])].toSorted();
}

/**
 * One entry of the log in its exchanged form; null where a purge has erased it. Keys are made in text order, here and for the whole
 * transaction: its canonical text is the engine's own then, which takes a fraction of the time.
 */
export function exportEntry(db: ReadableDb, entry: StoredEntry): ExchangedEntry | null {
  const [entity, row, scope] = [entry.entity, blobToId(entry.row), entry.scope];
  const cols = JSON.parse(entry.cols ?? 'null') as Json;
  if (entry.op === 'p') return { entity, op: 'purge', row, scope };
  // A purge erased the values: the purge itself says all there is to say.
  if (cols === null) return null;
  switch (entry.op) {
    case 'i':
      return { entity, op: 'insert', row, scope, values: cols as Json[] };
    case 'u':
      return {
        cells: (cols as unknown as LoggedCell[]).map(([cell, value, , base, seen]) => ({
          base: resolveStamps(db, base),
          cell,
          ...(seen === undefined || seen.length === 0 ? {} : { seen: [...seen] }),
          value,
        })),
        entity,
        op: 'update',
        row,
        scope,
      };
    case 'd': {
      const stamps = deleterSaw(db, entry.stamps);
      return { base: lifeBase(db, cols), entity, op: 'delete', row, scope, stamps };
    }
    case 'r':
      return { base: lifeBase(db, cols), entity, op: 'restore', row, scope };
    case 'x': {
      const [cell, stamps] = cols as unknown as [number | string, Stamp[]];
      return { cell, entity, op: 'dismiss', row, scope, stamps };
    }
  }
}

function lifeBase(db: ReadableDb, cols: Json): Stamp[] {
  return resolveStamps(db, (cols as readonly Json[])[0]);
}

/** Hashes of bodies that an insert names. */
function bodiesOf(db: ReadableDb, entry: ExchangedEntry): [string, string][] {
  if (entry.op !== 'insert') return [];
  const entity = entityByNumber(entry.entity);
  return loggedColumns(entity)
    .filter((column) => column.encoding === 'hash')
    .flatMap((column): [string, string][] => {
      const hash = entry.values[column.spec.n - 1];
      if (typeof hash !== 'string' || columnByNumber(entity, column.spec.n) === undefined) return [];
      const body = readBody(db, hash);
      return body === undefined ? [] : [[hash, body.toString('base64')]];
    });
}

const storedColumns = 'txn, stamp, command, origin, author, replica, schema_version, undoes, pick';

/** One transaction of this file in its exchanged form. Entries that a purge erased are left out. */
export function exportTransaction(db: ReadableDb, txn: number): ExchangedTransaction | undefined {
  const row = db.statements.get<StoredTransaction>(`SELECT ${storedColumns} FROM txns WHERE txn = ?`, txn);
  return row === undefined ? undefined : exchanged(db, row);
}

/** The transactions that were made in this file after a number, in order, in their exchanged form. */
export function exportTransactions(
  db: ReadableDb,
  afterTxn: number,
  limit = 1000,
): { txn: number; transaction: ExchangedTransaction }[] {
  const rows = db.statements.all<StoredTransaction>(
    `SELECT ${storedColumns} FROM txns WHERE capture = 1 AND open IS NULL AND txn > ? ORDER BY txn LIMIT ?`,
    afterTxn,
    limit,
  );
  return rows.map((row) => ({ txn: row.txn, transaction: exchanged(db, row) }));
}

function exchanged(db: ReadableDb, row: StoredTransaction): ExchangedTransaction {
  const entries = entriesOf(db, row.txn)
    .map((entry) => exportEntry(db, entry))
    .filter((entry) => entry !== null);
  return {
    author: blobToId(row.author),
    bodies: Object.fromEntries(entries.flatMap((entry) => bodiesOf(db, entry))),
    command: row.command,
    entries,
    origin: row.origin,
    ...(row.pick === 1 ? { pick: true as const } : {}),
    replica: row.replica,
    schemaVersion: row.schema_version,
    stamp: row.stamp,
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    v: exchangeVersion,
  };
}
