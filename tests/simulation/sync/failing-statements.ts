import type Database from 'better-sqlite3-multiple-ciphers';
import { type Bindable, Statements } from '../../../db/replica/sqlite/statements.ts';

/** The process ends at this statement. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** SQLite refuses a statement: the disk is full, or somebody else holds the file. */
export class SqliteRefused extends Error {
  override readonly name = 'SqliteError';
  readonly code: 'SQLITE_FULL' | 'SQLITE_BUSY';

  constructor(code: 'SQLITE_FULL' | 'SQLITE_BUSY') {
    super(code === 'SQLITE_FULL' ? 'database or disk is full' : 'database is locked');
    this.code = code;
  }
}

/** Statements of a file of which one, counted from now, does not come to pass. */
export class FailingStatements extends Statements {
  #left: number | null = null;
  #error: (() => Error) | null = null;

  constructor(sqlite: Database.Database) {
    super(sqlite);
  }

  /** The statement after `left` more fails, once. A rollback never does: a process that is gone needs none. */
  failAt(left: number, error: () => Error): void {
    this.#left = left;
    this.#error = error;
  }

  /** Nothing fails any more. True where something was still to fail. */
  forgive(): boolean {
    const pending = this.#error !== null;
    this.#error = null;
    return pending;
  }

  override all<T>(sql: string, ...values: Bindable[]): T[] {
    this.#count(sql);
    return super.all<T>(sql, ...values);
  }

  override get<T>(sql: string, ...values: Bindable[]): T | undefined {
    this.#count(sql);
    return super.get<T>(sql, ...values);
  }

  override run(sql: string, ...values: Bindable[]): number {
    this.#count(sql);
    return super.run(sql, ...values);
  }

  #count(sql: string): void {
    if (this.#error === null || this.#left === null || sql === 'ROLLBACK') return;
    this.#left -= 1;
    if (this.#left >= 0) return;
    const error = this.#error();
    this.#error = null;
    throw error;
  }
}
