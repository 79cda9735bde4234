import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { preparedSql, sqlOf, transact } from '../database/pool.ts';
import type { FeedEnvironment } from '../feed/environment.ts';
import type { ServerReader, ServerStore, ServerTransaction } from '../feed/store.ts';
import { publishPeople } from './people.ts';
import { PostgresReader } from './reader.ts';
import { PostgresTransaction } from './writer.ts';

/** A deadlock, a write that another transaction overtook, two inserts of the same row or stamp: started over, they pass. */
const retried = new Set(['40001', '40P01', '23505']);
const mostAttempts = 8;

/** The feed's store over a pool that signs in as the server's role. */
export class PostgresStore implements ServerStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  write<T>(tenant: string, work: (tx: ServerTransaction) => Promise<T>): Promise<T> {
    return this.#write(tenant, work);
  }

  /** Writes where the work asks the database beside the feed, too. */
  writeOver<T>(tenant: string, work: (tx: PostgresTransaction) => Promise<T>): Promise<T> {
    return this.#write(tenant, work);
  }

  /** Brings the rows by which laptops know people up to date with who is a member. Answers with how many it wrote. */
  publishPeople(tenant: string, environment: FeedEnvironment): Promise<number> {
    return this.#write(tenant, (tx) => publishPeople(tx, environment, randomUUID()));
  }

  async #write<T>(tenant: string, work: (tx: PostgresTransaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The commit is sent behind a push without waiting for its writes; where one failed it rolls back.
        let written = () => Promise.resolve();
        return await transact(this.#pool, { tenantId: tenant, byKey: true }, async (sql, client, commit) => {
          const tx = new PostgresTransaction(sql, tenant, preparedSql(client), commit);
          written = () => tx.written();
          return work(tx);
        }).catch(async (error: unknown) => {
          // What a write failed with is the cause of whatever failed after it.
          await written();
          throw error;
        });
      } catch (error) {
        const again = error instanceof pg.DatabaseError && retried.has(error.code ?? '');
        if (!again || attempt >= mostAttempts) throw error;
      }
    }
  }

  read<T>(tenant: string, work: (reader: ServerReader) => Promise<T>): Promise<T> {
    return transact(
      this.#pool,
      { tenantId: tenant },
      (sql) => work(new PostgresReader(sql, tenant)),
      'repeatable read',
    );
  }
}

/**
 * Begins a new epoch where this database is not the one that it was: another cluster, another timeline. To be called before the server
 * opens. A restore into the same cluster calls it with a reason, which begins one in any case.
 */
export async function beginEpoch(pool: pg.Pool, restored?: string): Promise<string> {
  const sql = sqlOf(pool);
  const identity = await sql.first<{ fingerprint: string }>(
    `SELECT (SELECT system_identifier FROM pg_control_system())::text || ':' ||
            (SELECT timeline_id FROM pg_control_checkpoint())::text || ':' || current_database() AS fingerprint`,
  );
  const fingerprint = identity?.fingerprint ?? '';
  const newest = await sql.first<{ epoch: string; fingerprint: string }>(
    'SELECT epoch, fingerprint FROM central.sync_epoch ORDER BY n DESC LIMIT 1',
  );
  if (newest?.fingerprint === fingerprint && restored === undefined) return newest.epoch;
  const epoch = randomUUID();
  await sql.run('INSERT INTO central.sync_epoch (epoch, fingerprint, reason) VALUES ($1, $2, $3)', [
    epoch,
    fingerprint,
    restored ?? (newest === null ? 'first start' : 'another cluster or timeline'),
  ]);
  return epoch;
}
