import { entityNames } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { encode, decodeLogged } from '../rows/codec.ts';
import { loggedColumns, type PhysicalColumn } from '../schema/physical.ts';
import type { Bindable } from '../sqlite/statements.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { joinLogged } from './cells.ts';
import type { StoredEntry } from './entries.ts';
import { parseCell } from '../../../sync/core/cell-name.ts';
import { columnByNumber, entityByNumber } from './numbers.ts';

/** Brings an entry that came from elsewhere, or a dismissal, into the rebuilt tables; the applier of remote work is this. */
export type ReplayRemote = (target: WritableDb, entry: StoredEntry, source: ReadableDb) => void;

const replayBatch = 5000;

/**
 * Builds the tables of the catalogue in an empty file from nothing but another file's log, transactions and bodies. The result equals
 * the tables that the log came from, stamps included; caches are left out. `target` has the schema and no rows.
 */
export function rebuildFromLog(source: ReadableDb, target: WritableDb, replayRemote: ReplayRemote): void {
  const { statements } = target;
  const entries = source.statements
    .prepare('SELECT log.*, txns.capture, txns.stamp FROM log JOIN txns ON txns.txn = log.txn ORDER BY log.n')
    .iterate() as IterableIterator<StoredEntry & { capture: number; stamp: Stamp }>;
  copyTransactions(source, target);
  statements.run('BEGIN IMMEDIATE');
  statements.run(
    'UPDATE txns SET open = 1, capture = 0, purging = 1 WHERE txn = (SELECT max(txn) FROM txns)',
  );
  let done = 0;
  for (const entry of entries) {
    if (entry.capture === 0 || entry.op === 'x') replayRemote(target, entry, source);
    else {
      replay(target, entry);
      joinLogged(target, entry);
    }
    done += 1;
    if (done % replayBatch === 0) {
      statements.run('COMMIT');
      statements.run('BEGIN IMMEDIATE');
    }
  }
  statements.run('UPDATE txns SET open = NULL WHERE open = 1');
  statements.run('COMMIT');
}

function copyTransactions(source: ReadableDb, target: WritableDb): void {
  const columns =
    'txn, capture, first_n, command, origin, author, replica, stamp, schema_version, undoes, pick';
  const insert = target.statements.prepare(
    `INSERT INTO txns (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  target.sqlite.transaction(() => {
    for (const row of source.statements.prepare(`SELECT ${columns} FROM txns ORDER BY txn`).raw().iterate()) {
      insert.run(...(row as Bindable[]));
    }
  })();
}

function stored(column: PhysicalColumn, logged: Json): Bindable {
  return encode(column.encoding, decodeLogged(column.encoding, logged));
}

function replay(target: WritableDb, entry: StoredEntry): void {
  const entity = entityByNumber(entry.entity);
  const { statements } = target;
  switch (entry.op) {
    case 'i': {
      // A purge erased the values: the row is gone further down.
      if (entry.cols === null) return;
      const values = JSON.parse(entry.cols) as Json[];
      const columns = loggedColumns(entity);
      const names = columns.map((column) => `"${column.name}"`).join(', ');
      statements.run(
        `INSERT INTO ${entity} (id, _scope, _stamps, ${names}) VALUES (?, ?, ?, ${columns.map(() => '?').join(', ')})`,
        entry.row,
        entry.scope,
        `{"*":${entry.txn}}`,
        ...columns.map((column) => stored(column, values[column.spec.n - 1] ?? null)),
      );
      return;
    }
    case 'u':
      for (const [cell, value] of JSON.parse(entry.cols ?? '[]') as [number | string, Json][]) {
        replayCell(target, entry, String(cell), value);
      }
      return;
    case 'd':
    case 'r':
      statements.run(
        `UPDATE ${entity} SET _deleted = ?, _stamps = json_patch(_stamps, json_object('@', CAST(? AS INTEGER))) WHERE id = ?`,
        entry.op === 'd' ? 1 : 0,
        entry.txn,
        entry.row,
      );
      return;
    case 'p':
      statements.run(`DELETE FROM ${entity} WHERE id = ?`, entry.row);
      return;
    case 'x':
  }
}

function replayCell(target: WritableDb, entry: StoredEntry, cell: string, value: Json): void {
  const entity = entityByNumber(entry.entity);
  const { n, key } = parseCell(cell);
  const column = columnByNumber(entity, n);
  if (column === undefined) return;
  const stamps = `_stamps = json_patch(_stamps, json_object(?, CAST(? AS INTEGER)))`;
  if (key === null) {
    target.statements.run(
      `UPDATE ${entity} SET "${column.name}" = ?, ${stamps} WHERE id = ?`,
      stored(column, value),
      cell,
      entry.txn,
      entry.row,
    );
    return;
  }
  const text = target.statements.value<string | null>(
    `SELECT "${column.name}" FROM ${entity} WHERE id = ?`,
    entry.row,
  );
  const document = { ...(JSON.parse(text ?? '{}') as Record<string, Json>) };
  const [written] = value as readonly Json[];
  if (written === undefined) delete document[key];
  else document[key] = written;
  target.statements.run(
    `UPDATE ${entity} SET "${column.name}" = ?, ${stamps} WHERE id = ?`,
    encode('json', document),
    cell,
    entry.txn,
    entry.row,
  );
}

/**
 * Every logged value of every row, as one text for each entity: two files whose texts are equal hold the same work. `except`: ids, as
 * hexadecimal digits, of rows that are left out.
 */
export function tableTexts(db: ReadableDb, except: ReadonlySet<string> = new Set()): Map<string, string> {
  const texts = new Map<string, string>();
  for (const entity of entityNames) {
    const names = ['hex(id)', '_scope', '_deleted', '_stamps', ...loggedColumns(entity).map(sqlText)];
    const rows = db.statements
      .prepare(`SELECT ${names.join(', ')} FROM ${entity} ORDER BY id`)
      .raw()
      .all() as unknown[][];
    texts.set(entity, JSON.stringify(rows.filter(([id]) => !except.has(String(id)))));
  }
  return texts;
}

function sqlText(column: PhysicalColumn): string {
  return column.sqlType === 'BLOB' ? `hex("${column.name}")` : `"${column.name}"`;
}
