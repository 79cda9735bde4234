import { createRequire } from 'node:module';
import type * as KyselyModule from 'kysely';
import type { Compilable, CompiledQuery, Kysely, OrderByItemBuilder, Sql } from 'kysely';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import type { Bindable } from '../replica/sqlite/statements.ts';
import type { Database } from './database.ts';

const load = createRequire(import.meta.url);

interface Builder {
  readonly db: Kysely<Database>;
  readonly sql: Sql;
}

let made: Builder | undefined;

/**
 * The query builder, as a compiler without a driver. It is three hundred modules, so it is loaded by the first query that needs it
 * and never by the start of a process.
 */
export function loadBuilder(): Builder {
  if (made !== undefined) return made;
  const kysely = load('kysely') as typeof KyselyModule;
  const dialect = {
    createAdapter: () => new kysely.SqliteAdapter(),
    createDriver: () => new kysely.DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new kysely.SqliteIntrospector(db),
    createQueryCompiler: () => new kysely.SqliteQueryCompiler(),
  };
  made = { db: new kysely.Kysely<Database>({ dialect }), sql: kysely.sql };
  return made;
}

/** Stands in a compiled query for a value that each call gives. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the maker of a shape works with: `value` names what each call will give, as if it were there. */
export interface Making extends Builder {
  readonly value: <T>(name: string) => T;
}

const compiled = new Map<string, CompiledQuery>();

/**
 * All rows of a query of this shape. A shape is compiled once in a process and prepared once for each connection; `name` has to tell
 * apart whatever changes the text. Throws `RangeError` for a value that the shape names and the call does not give.
 */
export function rowsOf<Row>(
  db: ReadableDb,
  name: string,
  values: Readonly<Record<string, Bindable>>,
  make: (making: Making) => Compilable<Row>,
): Row[] {
  let query = compiled.get(name);
  if (query === undefined) {
    // The marker takes the place of the value; no code but the binding below ever looks at it.
    const value = <T>(parameter: string) => new Parameter(parameter) as unknown as T;
    query = make({ ...loadBuilder(), value }).compile();
    compiled.set(name, query);
  }
  return db.statements.all<Row>(query.sql, ...query.parameters.map((given) => bound(given, values)));
}

function bound(given: unknown, values: Readonly<Record<string, Bindable>>): Bindable {
  if (!(given instanceof Parameter)) return given as Bindable;
  const value = values[given.name];
  if (value === undefined) throw new RangeError(`The query was not given its “${given.name}”.`);
  return value;
}

/** The order of a sorted column: rows without a value come last either way. */
export function ordered(direction: 'ascending' | 'descending') {
  return (order: OrderByItemBuilder) => (direction === 'ascending' ? order.asc() : order.desc()).nullsLast();
}

/** A LIKE pattern that finds the text anywhere, with `\\` as its escape. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
