import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, entityNames, entitySpec, hashColumns } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import { noteErasedFiles } from '../blobs/erased-files.ts';
import { noteErased } from './erased.ts';
import { forgetIndexedRow } from '../search-items.ts';
import { InputError } from '../rows/input-error.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { type Outcome, transact } from '../transaction/transact.ts';

/** A row that a purge covers. */
export interface Covered {
  readonly entity: EntityName;
  readonly id: Id;
}

/** Columns by which a row belongs to another and goes with it. */
const belongsBy: readonly (readonly [entity: EntityName, column: string, owner: EntityName])[] =
  entityNames.flatMap((entity) =>
    columnsOf(entity)
      .filter(
        ([, spec]) =>
          spec.required === true && spec.references !== undefined && spec.references !== 'authors',
      )
      .map(([column, spec]) => [entity, column, spec.references as EntityName] as const),
  );

const parts = entityNames.filter((entity) => entitySpec(entity).scope.by === 'owner');

/**
 * The rows and everything that belongs to them. Merging never cascades, so a purge names every row that it covers; a file that
 * nothing else uses any more goes with the evidence that brought it.
 */
export function coveredBy(db: ReadableDb, roots: readonly Covered[]): Covered[] {
  const found = new Map<string, Covered>();
  const queue = [...roots];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (found.has(next.id)) continue;
    found.set(next.id, next);
    const { entity: owner } = next;
    const blob = idToBlob(next.id);
    const add = (entity: EntityName, sql: string) => {
      for (const row of db.statements.all<{ id: Buffer }>(sql, blob))
        queue.push({ entity, id: blobToId(row.id) });
    };
    for (const [entity, column, of] of belongsBy) {
      if (of === owner) add(entity, `SELECT id FROM ${entity} WHERE "${column}" = ?`);
    }
    for (const entity of parts) add(entity, `SELECT id FROM ${entity} WHERE owner_id = ?`);
    if (owner === 'evidence') {
      add(
        'artifacts',
        `SELECT a.id FROM artifacts AS a JOIN evidence AS e ON e.artifact_id = a.id WHERE e.id = ?
           AND NOT EXISTS (SELECT 1 FROM evidence AS other WHERE other.artifact_id = a.id AND other.id <> e.id)
           AND NOT EXISTS (SELECT 1 FROM reference_items AS r WHERE r.artifact_id = a.id)`,
      );
    }
  }
  return [...found.values()];
}

/**
 * Ends rows for good: the rows, their values in the log, their side records, their places in indexes, and bodies that nothing
 * names any more. The log keeps its skeleton. `forget` takes a row out of the derived search tables. Only rows in the trash can be
 * purged by a person. Afterwards the caller removes blobs that no row names.
 */
export function purge(
  replica: Replica,
  roots: readonly Covered[],
  forget: (db: WritableDb, covered: Covered) => void,
  ledger: string,
): Outcome<readonly Covered[]> {
  const { db } = replica;
  for (const { entity, id } of roots) {
    const deleted = db.statements.value<number>(`SELECT _deleted FROM ${entity} WHERE id = ?`, idToBlob(id));
    if (deleted === 0)
      throw new InputError('Only what is in the trash can be purged. Move it there first.', entity);
  }
  const outcome = transact(replica, { command: 'purge', purging: true }, (tx) => {
    const covered = coveredBy(db, roots).filter(
      ({ entity, id }) =>
        db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ?`, idToBlob(id)) !== undefined,
    );
    for (const each of covered) {
      forget(db, each);
      erasePurged(db, each, tx.stamp);
    }
    eraseLooseBodies(db);
    return covered;
  });
  appendFileSync(ledger, outcome.result.map(({ entity, id }) => `${entity} ${id}\n`).join(''));
  emptyLog(db);
  return outcome;
}

/**
 * Empties the write-ahead log, where what `secure_delete` zeroed would live on. False where somebody still read from it: it is to be
 * tried again.
 */
export function emptyLog(db: WritableDb): boolean {
  return db.sqlite.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
}

/** Takes a row, its values in the log and its side records away, and remembers its id for ever. The transaction is open for purging. */
export function erasePurged(db: WritableDb, { entity, id }: Covered, stamp: string): void {
  eraseRow(db, { entity, id });
  db.statements.run(
    'INSERT INTO purged (id, entity, stamp) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    idToBlob(id),
    entitySpec(entity).n,
    stamp,
  );
}

/** Takes a row, its values in the log, what waits to be sent of it and its side records away; it may come back. */
export function eraseRow(db: WritableDb, { entity, id }: Covered): void {
  const blob = idToBlob(id);
  const { statements } = db;
  noteErasedFiles(db, entity, blob);
  noteErased(db, entity, blob);
  forgetIndexedRow(db.sqlite, entitySpec(entity).n, blob);
  statements.run(`DELETE FROM ${entity} WHERE id = ?`, blob);
  // What was numbered for the wire still holds the values: it is numbered anew without them (MR21).
  statements.run(
    `UPDATE outbox SET payload = NULL WHERE payload IS NOT NULL AND txn IN (SELECT txn FROM log WHERE row = ?)`,
    blob,
  );
  statements.run(`UPDATE log SET cols = NULL, stamps = NULL WHERE row = ? AND op <> 'p'`, blob);
  statements.run('DELETE FROM cells WHERE row = ?', blob);
  statements.run('DELETE FROM near_duplicates WHERE a = ? OR b = ?', blob, blob);
  statements.run('DELETE FROM text_signatures WHERE evidence = ?', blob);
  statements.run('DELETE FROM signature_bands WHERE evidence = ?', blob);
}

/**
 * Takes a row's values out of the log but those that no server has taken: what waits to be sent, and what a person has to decide on. To
 * be used where the row is not here any more, and the server that once took it has it no more.
 */
export function eraseTaken(db: WritableDb, row: Uint8Array): void {
  db.statements.run(
    `UPDATE log SET cols = NULL, stamps = NULL WHERE row = ? AND op <> 'p'
       AND txn NOT IN (SELECT txn FROM outbox WHERE state IN ('pending', 'in_flight', 'inbox'))`,
    row,
  );
}

/** Takes away bytes that no text and no extraction names any more. */
export function eraseLooseBodies(db: WritableDb): void {
  const named = hashColumns('body')
    .map(({ entity, column }) => `SELECT ${column} FROM ${entity} WHERE ${column} IS NOT NULL`)
    .join(' UNION ');
  db.statements.run(`DELETE FROM bodies WHERE hash NOT IN (${named})`);
}

/** Ids of a purge ledger, as `purge` wrote them; a cut last line is passed over. */
export function readLedger(path: string): Covered[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [entity, id] = line.split(' ');
      const known = entityNames.find((name) => name === entity);
      return known !== undefined && id?.length === 36 ? [{ entity: known, id }] : [];
    });
}
