import type { Id } from '../../../db/catalogue/rows.ts';
import type { Bindable, Statements } from '../../../db/replica/sqlite/statements.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import type {
  ItemOutcome,
  ItemSource,
  JobCounts,
  NewItem,
  PublishResult,
  StoredItem,
  StoredState,
} from './types.ts';

interface ItemRow {
  readonly id: Uint8Array;
  readonly job_id: Uint8Array;
  readonly session_id: Uint8Array;
  readonly name: string;
  readonly source: string;
  readonly state: string;
  readonly outcome: string | null;
}

const selectItem = `SELECT i.id, i.job_id, j.session_id, i.name, i.source, i.state, i.outcome
  FROM job_items i JOIN jobs j ON j.id = i.job_id`;

export interface ItemStoreOptions {
  readonly statements: Statements;
  /** Runs a body in one transaction of the local tables; joins the one that is open. */
  readonly inTransaction: <T>(body: () => T) => T;
  readonly now: () => string;
  readonly newId: () => Id;
}

/**
 * Jobs and their items in the tables beside the replica's: local to the laptop, not logged. An item is stored in a
 * state that it can be taken up from, so that a killed process leaves nothing to repair.
 */
export class ItemStore {
  readonly #options: ItemStoreOptions;

  constructor(options: ItemStoreOptions) {
    this.#options = options;
  }

  createJob(sessionId: Id, items: readonly NewItem[]): Id {
    const { statements, inTransaction, now, newId } = this.#options;
    const jobId = newId();
    inTransaction(() => {
      statements.run(
        `INSERT INTO jobs (id, kind, state, session_id, created_at) VALUES (?, 'ingest', 'open', ?, ?)`,
        idToBlob(jobId),
        idToBlob(sessionId),
        now(),
      );
      this.addItems(jobId, items);
    });
    return jobId;
  }

  /** Adds items at the end of a job; belongs into a transaction. */
  addItems(jobId: Id, items: readonly NewItem[]): void {
    const { statements, now, newId } = this.#options;
    const job = idToBlob(jobId);
    const last =
      statements.value<number>(`SELECT coalesce(max(ordinal), 0) FROM job_items WHERE job_id = ?`, job) ?? 0;
    items.forEach((item, index) => {
      const outcome = item.failure === null ? null : JSON.stringify({ ...nothing, reason: item.failure });
      statements.run(
        `INSERT INTO job_items (id, job_id, ordinal, state, name, source, outcome, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        idToBlob(newId()),
        job,
        last + index + 1,
        item.failure === null ? 'queued' : 'failed',
        item.name,
        JSON.stringify(item.source),
        outcome,
        now(),
      );
    });
  }

  jobOf(itemId: Id): Id | null {
    const job = this.#options.statements.value<Uint8Array>(
      `SELECT job_id FROM job_items WHERE id = ?`,
      idToBlob(itemId),
    );
    return job === undefined ? null : blobToId(job);
  }

  stateOf(itemId: Id): StoredState | null {
    const state = this.#options.statements.value<string>(
      `SELECT state FROM job_items WHERE id = ?`,
      idToBlob(itemId),
    );
    return state === undefined ? null : (state as StoredState);
  }

  take(limit: number, except: readonly Id[]): StoredItem[] {
    return this.#rows(
      `${selectItem} WHERE i.state = 'queued' AND hex(i.id) NOT IN (SELECT value FROM json_each(?)) ORDER BY i.rowid LIMIT ?`,
      JSON.stringify(except.map((id) => id.replaceAll('-', '').toUpperCase())),
      limit,
    );
  }

  settle(results: readonly PublishResult[]): void {
    const { statements, now, inTransaction } = this.#options;
    inTransaction(() => {
      for (const { itemId, state, outcome } of results) {
        statements.run(
          `UPDATE job_items SET state = ?, outcome = ?, updated_at = ? WHERE id = ?`,
          state,
          JSON.stringify(outcome),
          now(),
          idToBlob(itemId),
        );
      }
    });
  }

  cancel(chosen: ItemChoice): void {
    const outcome: ItemOutcome = { ...nothing, reason: { code: 'cancelled', parameters: {} } };
    this.#move(
      `state = 'cancelled', outcome = ?`,
      [JSON.stringify(outcome)],
      chosen,
      `'queued', 'waiting-for-network'`,
    );
  }

  retry(chosen: ItemChoice): void {
    this.#move(
      `state = 'queued', outcome = NULL`,
      [],
      chosen,
      `'failed', 'cancelled', 'waiting-for-network'`,
    );
  }

  releaseWaiting(): void {
    this.#move(`state = 'queued', outcome = NULL`, [], {}, `'waiting-for-network'`);
  }

  list(request: {
    jobId?: Id;
    sessionId?: Id;
    states?: readonly StoredState[];
    limit: number;
  }): StoredItem[] {
    return this.#rows(
      `WITH asked (job, session, states) AS (VALUES (?, ?, ?))
       SELECT i.id, i.job_id, j.session_id, i.name, i.source, i.state, i.outcome
       FROM asked, job_items i JOIN jobs j ON j.id = i.job_id
       WHERE (asked.job IS NULL OR i.job_id = asked.job) AND (asked.session IS NULL OR j.session_id = asked.session)
         AND (asked.states IS NULL OR i.state IN (SELECT value FROM json_each(asked.states)))
       ORDER BY j.created_at DESC, i.ordinal LIMIT ?`,
      request.jobId === undefined ? null : idToBlob(request.jobId),
      request.sessionId === undefined ? null : idToBlob(request.sessionId),
      request.states === undefined ? null : JSON.stringify(request.states),
      request.limit,
    );
  }

  counts(jobId?: Id): JobCounts {
    const row = this.#options.statements.get<Record<keyof JobCounts, number>>(
      `SELECT count(*) AS total, coalesce(sum(state = 'queued'), 0) AS waiting,
        coalesce(sum(state = 'waiting-for-network'), 0) AS waitingForNetwork, coalesce(sum(state = 'failed'), 0) AS failed
       FROM job_items WHERE job_id = coalesce(?, job_id)`,
      jobId === undefined ? null : idToBlob(jobId),
    );
    return row ?? { total: 0, waiting: 0, waitingForNetwork: 0, failed: 0 };
  }

  clearFinished(): void {
    const { statements, inTransaction } = this.#options;
    inTransaction(() => {
      statements.run(`DELETE FROM job_items WHERE state NOT IN ('queued', 'waiting-for-network')`);
      statements.run(`DELETE FROM jobs WHERE kind = 'ingest' AND id NOT IN (SELECT job_id FROM job_items)`);
    });
  }

  #move(set: string, values: readonly Bindable[], chosen: ItemChoice, from: string): void {
    const { statements, now, inTransaction } = this.#options;
    const ids = chosen.itemIds?.map((id) => id.replaceAll('-', '').toUpperCase());
    inTransaction(() =>
      statements.run(
        `UPDATE job_items SET ${set}, updated_at = ? WHERE state IN (${from})
          AND (? IS NULL OR job_id = ?) AND (? IS NULL OR hex(id) IN (SELECT value FROM json_each(?)))`,
        ...values,
        now(),
        ...twice(chosen.jobId === undefined ? null : idToBlob(chosen.jobId)),
        ...twice(ids === undefined ? null : JSON.stringify(ids)),
      ),
    );
  }

  #rows(sql: string, ...values: Bindable[]): StoredItem[] {
    return this.#options.statements.all<ItemRow>(sql, ...values).map((row) => ({
      id: blobToId(row.id),
      jobId: blobToId(row.job_id),
      sessionId: blobToId(row.session_id),
      name: row.name,
      source: JSON.parse(row.source) as ItemSource,
      state: row.state as StoredState,
      outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as ItemOutcome),
    }));
  }
}

/** Items of a job, items by id, or all of them. */
export interface ItemChoice {
  readonly jobId?: Id;
  readonly itemIds?: readonly Id[];
}

/** The outcome of an item that brought nothing. */
export const nothing: ItemOutcome = {
  reason: null,
  warnings: [],
  evidenceId: null,
  artifactId: null,
  chunks: 0,
  words: 0,
  ms: null,
};

function twice(value: Bindable): [Bindable, Bindable] {
  return [value, value];
}
