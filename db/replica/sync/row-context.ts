import type { Stamp } from '../../../sync/core/stamp.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { roundOf } from './cursors.ts';
import { anyWithheld } from './withheld.ts';
import { anyWaiting } from './waiting.ts';

/** What applying rows needs beside them; made once for each page. */
export interface RowContext {
  readonly tx: Transaction;
  /** The user that this file is enrolled to. */
  readonly user: string;
  /** The last mutation of this client that the server's state contains. */
  readonly applied: number;
  /** Under which opening of its scope a row was last confirmed. */
  readonly round: (scope: string) => string;
  /** A scope that is fetched from its beginning is logged as one entry, not row by row. */
  readonly isBootstrap: (scope: string) => boolean;
  /** The row replaces one of the same version: this laptop's own had something in it that the server refused. */
  readonly again: boolean;
  /** False where nothing of this file waits to be sent: no row has to be asked whether something of it does. */
  readonly waits: boolean;
  /** False where this file kept nothing to itself. */
  readonly withholds: boolean;
  readonly numbers: TransactionNumbers;
  readonly mutants: SyncMutants;
}

/** The context of one page in its transaction. */
export function rowContext(
  tx: Transaction,
  given: Pick<RowContext, 'user' | 'applied' | 'again' | 'mutants'> &
    Partial<Pick<RowContext, 'isBootstrap'>>,
): RowContext {
  const { db } = tx.replica;
  return {
    isBootstrap: () => false,
    ...given,
    tx,
    round: roundOf(db),
    waits: anyWaiting(db, given.applied),
    withholds: anyWithheld(db),
    numbers: new TransactionNumbers(db),
  };
}

/** Numbers of transactions by their stamps. Rows of a page share a few stamps: each is looked up once. */
export class TransactionNumbers {
  readonly #db: ReadableDb;
  readonly #known = new Map<Stamp, number | undefined>();

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  /** The number of a transaction that this file knows. */
  of(stamp: Stamp): number | undefined {
    if (!this.#known.has(stamp)) {
      const txn = this.#db.statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp);
      this.#known.set(stamp, txn);
    }
    return this.#known.get(stamp);
  }

  /** A transaction has come to stand in this file. */
  note(stamp: Stamp, txn: number): void {
    this.#known.set(stamp, txn);
  }
}
