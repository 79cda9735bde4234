import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import type { CellState, Write } from '../../../sync/core/cell.ts';
import type { Mutants } from '../../../sync/core/mutants.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { decodeCell, resolveStamps, writeCell } from '../log/cells.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { loadCell, placeOf } from './cell-store.ts';
import { deleterSaw } from './export.ts';

/** Every live write of a row's other cells, its text updates among them. */
function liveStamps(db: WritableDb, entity: EntityName, row: Uint8Array): Set<Stamp> {
  const text = db.statements.value<string | null>(`SELECT _stamps FROM ${entity} WHERE id = ?`, row);
  const stamps = JSON.parse(text ?? '{}') as Record<string, Json>;
  const own = Object.entries(stamps).flatMap(([cell, named]) =>
    cell === lifeCell ? [] : resolveStamps(db, named),
  );
  const beside = db.statements
    .all<{ state: string }>(
      'SELECT state FROM cells WHERE entity = ? AND row = ? AND cell <> ?',
      entitySpec(entity).n,
      row,
      lifeCell,
    )
    .flatMap(({ state }) => [...decodeCell(state).live.keys()]);
  const texts = db.statements
    .all<{ _stamps: string }>('SELECT _stamps FROM text_updates WHERE owner_id = ?', row)
    .flatMap(({ _stamps }) => resolveStamps(db, (JSON.parse(_stamps) as Record<string, Json>)['*']));
  return new Set([...own, ...beside, ...texts]);
}

/** What the deletes of a row had seen: it came with them, or the log tells it. */
function seenByDeletes(log: ReadableDb, row: Uint8Array, deletes: readonly Write[]): Set<Stamp> {
  const seen = new Set<Stamp>();
  for (const { stamp, saw } of deletes) {
    const logged = log.statements.value<string | null>(
      `SELECT log.stamps FROM log JOIN txns ON txns.txn = log.txn WHERE txns.stamp = ? AND log.row = ? AND log.op = 'd'`,
      stamp,
      row,
    );
    for (const each of saw ?? deleterSaw(log, logged ?? null)) seen.add(each);
  }
  return seen;
}

/** Whether a row lives: `told` where its deleters have to hear that somebody worked on it meanwhile (MR15). */
export type Life = 'alive' | 'told' | 'deleted';

/** The life of a row from its life cell and its other cells; what its deleters saw stands in `log`. */
export function lifeOf(
  db: WritableDb,
  entity: EntityName,
  row: Uint8Array,
  mutants: Mutants,
  cell: CellState,
  log: ReadableDb,
): Life {
  const writes = [...cell.live.values()];
  const dead = writes.filter((write) => write.value === 'dead');
  if (dead.length === 0) return 'alive';
  if (mutants.addWinsDropped !== true && dead.length < writes.length) return 'alive';
  if (entitySpec(entity).life === 'set' || mutants.deleteIgnoresUnseen === true) return 'deleted';
  const seen = seenByDeletes(log, row, dead);
  return [...liveStamps(db, entity, row)].every((stamp) => seen.has(stamp)) ? 'deleted' : 'told';
}

/** Brings a row's place, in the trash or not, up to date with its life. */
export function settleLife(
  db: WritableDb,
  entity: EntityName,
  row: Uint8Array,
  mutants: Mutants,
  log: ReadableDb,
): void {
  const place = placeOf(entity, row, lifeCell);
  const stamps = db.statements.value<string | null>(
    `SELECT _stamps ->> '$."@"' FROM ${entity} WHERE id = ?`,
    row,
  );
  if (stamps == null) return;
  const cell = loadCell(db, place);
  const life = lifeOf(db, entity, row, mutants, cell, log);
  if (life === 'told') writeCell(db, entitySpec(entity).n, row, lifeCell, cell, [], true);
  const deleted = life === 'deleted' ? 1 : 0;
  db.statements.run(
    `UPDATE ${entity} SET _deleted = ? WHERE id = ? AND _deleted <> ?`,
    deleted,
    row,
    deleted,
  );
}
