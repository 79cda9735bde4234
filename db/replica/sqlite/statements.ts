import type Database from 'better-sqlite3-multiple-ciphers';
import type { CompiledQuery } from 'kysely';

/** What a statement takes: what the driver can bind without guessing. */
export type Bindable = null | number | bigint | string | Uint8Array;

const slowMilliseconds = 50;
const capacity = 600;

/**
 * Prepared statements by their text. Preparing costs more than running, so each text is prepared once for each
 * connection; the least recently used is forgotten beyond the capacity.
 */
export class Statements {
  readonly #sqlite: Database.Database;
  readonly #onSlow: ((sql: string, milliseconds: number) => void) | undefined;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(sqlite: Database.Database, onSlow?: (sql: string, milliseconds: number) => void) {
    this.#sqlite = sqlite;
    this.#onSlow = onSlow;
  }

  /** The prepared statement of this text. */
  prepare(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) {
      this.#prepared.delete(sql);
      this.#prepared.set(sql, known);
      return known;
    }
    const made = this.#sqlite.prepare(sql);
    this.#prepared.set(sql, made);
    if (this.#prepared.size > capacity) this.#prepared.delete(this.#prepared.keys().next().value ?? '');
    return made;
  }

  /** All rows of a query. */
  all<T>(sql: string, ...values: Bindable[]): T[] {
    return this.#timed(sql, () => this.prepare(sql).all(...values) as T[]);
  }

  /** The first row of a query, or undefined. */
  get<T>(sql: string, ...values: Bindable[]): T | undefined {
    return this.#timed(sql, () => this.prepare(sql).get(...values) as T | undefined);
  }

  /** The first column of the first row, or undefined. */
  value<T>(sql: string, ...values: Bindable[]): T | undefined {
    const row = this.get<Record<string, T>>(sql, ...values);
    return row === undefined ? undefined : Object.values(row)[0];
  }

  /** Runs a statement that answers with nothing; returns how many rows it changed. */
  run(sql: string, ...values: Bindable[]): number {
    return this.#timed(sql, () => this.prepare(sql).run(...values).changes);
  }

  /** `run` for many values: they are bound as the one list that they come in. */
  runWith(sql: string, values: readonly Bindable[]): number {
    return this.#timed(sql, () => this.prepare(sql).run(values).changes);
  }

  /** All rows of a query that the typed builder made. */
  query<T>(query: CompiledQuery<T>): T[] {
    return this.all<T>(query.sql, ...(query.parameters as Bindable[]));
  }

  #timed<T>(sql: string, body: () => T): T {
    if (this.#onSlow === undefined) return body();
    const start = performance.now();
    const result = body();
    const took = performance.now() - start;
    if (took > slowMilliseconds) this.#onSlow(sql, took);
    return result;
  }
}
