import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import { loggedColumns, type PhysicalColumn } from '../schema/physical.ts';

const entities = new Map(entityNames.map((name) => [entitySpec(name).n, name]));
const columns = new Map(
  entityNames.map((name) => [name, new Map(loggedColumns(name).map((column) => [column.spec.n, column]))]),
);

/** The entity of a number in the log. Throws for a number that this build does not know. */
export function entityByNumber(n: number): EntityName {
  const name = entities.get(n);
  if (name === undefined)
    throw new RangeError(`The log names entity ${n}, which this version does not know.`);
  return name;
}

/** The logged column of a number, or undefined where this build does not know it. */
export function columnByNumber(entity: EntityName, n: number): PhysicalColumn | undefined {
  return columns.get(entity)?.get(n);
}
