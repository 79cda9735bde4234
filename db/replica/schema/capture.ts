import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { loggedColumns, type PhysicalColumn } from './physical.ts';

/**
 * Change capture: triggers made from the catalogue put one entry into `log` for each changed row, inside the transaction that
 * changes it. They look the open transaction up in `txns` and abort where there is none. What the applier and a replay write
 * is logged by themselves (`capture = 0`), since a remote write that loses changes no column. `log.ts` states the format.
 */

function valueSql(row: 'NEW' | 'OLD', column: PhysicalColumn): string {
  const value = `${row}."${column.name}"`;
  switch (column.encoding) {
    case 'id':
      // An id never goes through a JSON function as bytes: some random bytes are read as binary JSON.
      return `iif(${value} IS NULL, 'null', '"' || lower(hex(${value})) || '"')`;
    case 'json':
    case 'integer':
    case 'boolean':
      return `coalesce(${value}, 'null')`;
    default:
      return `json_quote(${value})`;
  }
}

/** Stamp or stamps that a cell showed before: its own, or the one of the insert that wrote the whole row. */
function baseSql(cell: string): string {
  return `coalesce(OLD._stamps -> '$."${cell}"', OLD._stamps -> '$."*"', '[]')`;
}

/** `,[open stamps]` where the cell has lost writes that were shown and left open, else nothing. */
function seenSql(entity: number, cellSql: string): string {
  return `coalesce((SELECT ',' || open FROM cells WHERE entity = ${entity} AND row = OLD.id AND cell = ${cellSql} AND open IS NOT NULL), '')`;
}

function changedSql(column: PhysicalColumn): string {
  return `NEW."${column.name}" IS NOT OLD."${column.name}" COLLATE BINARY`;
}

function registerEntry(entity: number, column: PhysicalColumn): string {
  const n = column.spec.n;
  return `iif(${changedSql(column)}, ',[${n},' || ${valueSql('NEW', column)} || ',' || ${valueSql('OLD', column)} || ',' || ${baseSql(String(n))} || ${seenSql(entity, `'${n}'`)} || ']', '')`;
}

/** The keys of a map whose values differ, with both values as JSON text. */
function changedKeys(column: PhysicalColumn): string {
  const document = (row: string) => `json_each(coalesce(${row}."${column.name}", '{}'))`;
  const text = (side: string) =>
    `CASE WHEN ${side}.type IN ('object', 'array') THEN ${side}.value WHEN ${side}.type = 'true' THEN 'true' WHEN ${side}.type = 'false' THEN 'false' WHEN ${side}.key IS NULL THEN NULL ELSE json_quote(${side}.value) END`;
  return `(SELECT k.key AS key, ${text('n')} AS new, ${text('o')} AS old
      FROM (SELECT key FROM ${document('NEW')} UNION SELECT key FROM ${document('OLD')}) AS k
      LEFT JOIN ${document('NEW')} AS n ON n.key = k.key
      LEFT JOIN ${document('OLD')} AS o ON o.key = k.key) AS pair
    WHERE pair.new IS NOT pair.old`;
}

/** One element for each changed key. An absent key is left out of its place: `{}` stands for absent, `null` for null. */
function mapEntry(entity: number, column: PhysicalColumn): string {
  const cell = `('${column.spec.n}/' || pair.key)`;
  const base = `coalesce((SELECT CASE s.type WHEN 'array' THEN s.value ELSE json_quote(s.value) END FROM json_each(OLD._stamps) AS s WHERE s.key = ${cell}), OLD._stamps -> '$."*"', '[]')`;
  const side = (value: string) => `coalesce('[' || ${value} || ']', '[]')`;
  return `iif(${changedSql(column)}, coalesce((SELECT group_concat(',[' || json_quote(${cell}) || ',' || ${side('pair.new')} || ',' || ${side('pair.old')} || ',' || ${base} || ${seenSql(entity, cell)} || ']', '') FROM ${changedKeys(column)}), ''), '')`;
}

function stampEntry(column: PhysicalColumn): string {
  const n = column.spec.n;
  if (column.spec.merge !== 'map') return `iif(${changedSql(column)}, ',"${n}":' || txn, '')`;
  return `iif(${changedSql(column)}, coalesce((SELECT group_concat(',' || json_quote('${n}/' || pair.key) || ':' || txn, '') FROM ${changedKeys(column)}), ''), '')`;
}

function insertValues(columns: readonly PhysicalColumn[]): string {
  const byNumber = new Map(columns.map((column) => [column.spec.n, column]));
  const last = Math.max(...byNumber.keys());
  const values = Array.from({ length: last }, (_, at) => {
    const column = byNumber.get(at + 1);
    return column === undefined ? `'null'` : valueSql('NEW', column);
  });
  return `'[' || ${values.join(` || ',' || `)} || ']'`;
}

const guard = `SELECT RAISE(ABORT, 'WORKBENCH: a row was written outside a transaction') WHERE NOT EXISTS (SELECT 1 FROM txns WHERE open = 1);`;

function updateTrigger(entity: EntityName, n: number, columns: readonly PhysicalColumn[]): string {
  const watched = columns.map((column) => `"${column.name}"`).join(', ');
  const anyChanged = columns.map(changedSql).join(' OR ');
  const entries = columns.map((column) =>
    column.spec.merge === 'map' ? mapEntry(n, column) : registerEntry(n, column),
  );
  return `CREATE TRIGGER capture_update_${entity} AFTER UPDATE OF ${watched} ON ${entity} WHEN ${anyChanged} BEGIN
  ${guard}
  INSERT INTO log (txn, op, entity, row, scope, cols) SELECT txn, 'u', ${n}, OLD.id, OLD._scope,
    '[' || substr(${entries.join('\n      || ')}, 2) || ']' FROM txns WHERE open = 1 AND capture = 1;
  UPDATE ${entity} SET _stamps = json_patch(coalesce(OLD._stamps, '{}'), (SELECT '{' || substr(${columns.map(stampEntry).join(' || ')}, 2) || '}' FROM txns WHERE open = 1))
    WHERE rid = OLD.rid AND NEW._stamps IS OLD._stamps AND EXISTS (SELECT 1 FROM txns WHERE open = 1 AND capture = 1);
END`;
}

function lifeTrigger(entity: EntityName, n: number): string {
  const base = baseSql(lifeCell);
  return `CREATE TRIGGER capture_life_${entity} AFTER UPDATE OF _deleted ON ${entity} WHEN NEW._deleted IS NOT OLD._deleted BEGIN
  ${guard}
  INSERT INTO log (txn, op, entity, row, scope, cols, stamps)
    SELECT txn, iif(NEW._deleted = 1, 'd', 'r'), ${n}, OLD.id, OLD._scope, '[' || ${base} || ']',
      iif(NEW._deleted = 1, json_array(json(coalesce(OLD._stamps, '{}')), json((SELECT json_group_object(cell, json(state)) FROM cells WHERE entity = ${n} AND row = OLD.id AND cell <> '${lifeCell}')),
        json((SELECT json_group_array(t._stamps -> '$."*"') FROM text_updates AS t WHERE t.owner_id = OLD.id))), NULL)
    FROM txns WHERE open = 1 AND capture = 1;
  UPDATE ${entity} SET _stamps = json_patch(coalesce(OLD._stamps, '{}'), (SELECT '{"${lifeCell}":' || txn || '}' FROM txns WHERE open = 1))
    WHERE rid = OLD.rid AND NEW._stamps IS OLD._stamps AND EXISTS (SELECT 1 FROM txns WHERE open = 1 AND capture = 1);
END`;
}

/** The names of all triggers of an entity that `captureStatements` makes. */
export function captureTriggerNames(entity: EntityName): string[] {
  return ['insert', 'update', 'life', 'delete', 'fixed'].map((kind) => `capture_${kind}_${entity}`);
}

/** The triggers of an entity. They are made anew after every migration: they are code, not data. */
export function captureStatements(entity: EntityName): string[] {
  const n = entitySpec(entity).n;
  const columns = loggedColumns(entity);
  return [
    `CREATE TRIGGER capture_insert_${entity} AFTER INSERT ON ${entity} BEGIN
  ${guard}
  INSERT INTO log (txn, op, entity, row, scope, cols) SELECT txn, 'i', ${n}, NEW.id, NEW._scope,
    ${insertValues(columns)} FROM txns WHERE open = 1 AND capture = 1;
  UPDATE ${entity} SET _stamps = (SELECT '{"*":' || txn || '}' FROM txns WHERE open = 1) WHERE rid = NEW.rid AND NEW._stamps IS NULL;
END`,
    updateTrigger(entity, n, columns),
    lifeTrigger(entity, n),
    `CREATE TRIGGER capture_delete_${entity} BEFORE DELETE ON ${entity} BEGIN
  SELECT RAISE(ABORT, 'WORKBENCH: rows are removed by a purge only') WHERE NOT EXISTS (SELECT 1 FROM txns WHERE open = 1 AND purging = 1);
  INSERT INTO log (txn, op, entity, row, scope) SELECT txn, 'p', ${n}, OLD.id, OLD._scope FROM txns WHERE open = 1 AND capture = 1;
END`,
    `CREATE TRIGGER capture_fixed_${entity} BEFORE UPDATE OF id, _scope ON ${entity} WHEN NEW.id IS NOT OLD.id OR NEW._scope IS NOT OLD._scope BEGIN
  SELECT RAISE(ABORT, 'WORKBENCH: the id and the scope of a row do not change');
END`,
  ];
}
