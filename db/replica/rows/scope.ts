import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec, isEntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { idToBlob } from './ids.ts';
import { InputError } from './input-error.ts';

/** The scope of a row that is there already, or undefined where no such row is known. */
export function scopeOfRow(db: ReadableDb, entity: EntityName, id: Id): string | undefined {
  return db.statements.value<string>(`SELECT _scope FROM ${entity} WHERE id = ?`, idToBlob(id));
}

/**
 * The one scope of a new row, by its entity's rule: `user`, `tenant`, `session:<id>` or `project:<id>`. `given` serves entities
 * whose scope the caller decides. Throws `InputError` where the row that decides it is not there.
 */
export function scopeForRow(
  db: ReadableDb,
  entity: EntityName,
  id: Id | undefined,
  values: Readonly<Record<string, unknown>>,
  given?: string,
): string {
  const rule = entitySpec(entity).scope;
  const parent = (of: EntityName, parentId: unknown) => {
    const scope = typeof parentId === 'string' ? scopeOfRow(db, of, parentId) : undefined;
    if (scope !== undefined) return scope;
    throw new InputError(`The ${of} row that this belongs to is not there. Nothing was stored.`, entity);
  };
  switch (rule.by) {
    case 'user':
    case 'tenant':
      return rule.by;
    case 'self':
      if (id !== undefined) return `${rule.kind}:${id}`;
      throw new InputError('A row that is its own scope needs its id first.', entity);
    case 'column':
      return `${rule.kind}:${String(values[rule.column])}`;
    case 'parent':
      return parent(rule.entity as EntityName, values[rule.column]);
    case 'owner': {
      const owner = String(values[rule.entityColumn]);
      if (isEntityName(owner)) return parent(owner, values[rule.idColumn]);
      throw new InputError(`No entity is called “${owner}”. Nothing was stored.`, entity);
    }
    case 'given':
      if (given !== undefined) return given;
      throw new InputError('This row needs to be told its scope.', entity);
  }
}
