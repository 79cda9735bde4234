import { expect, test } from 'vitest';
import { columnsOf, entityNames, isLogged } from '../../../../db/catalogue/catalogue.ts';
import { centralColumns, centralTable } from '../../../../db/central/entities/columns.ts';
import { entityTables } from '../../../../db/central/migrations/0020-entities.ts';

const plain = (sql: string) =>
  sql.replaceAll('"', '').replaceAll(/\s+/g, ' ').replaceAll('( ', '(').toLowerCase();

test('the step that made the tables is what the catalogue wants today', () => {
  const made = entityTables.up.filter((statement) => statement.startsWith('CREATE TABLE')).map(plain);
  expect(made.toSorted()).toEqual(entityNames.map((name) => plain(centralTable(name))).toSorted());
});

test('every logged column has its place, and nothing else has', () => {
  for (const entity of entityNames) {
    const logged = columnsOf(entity).filter(([, spec]) => isLogged(entity, spec));
    expect(centralColumns(entity).map(({ n }) => n)).toEqual(logged.map(([, spec]) => spec.n));
  }
});
