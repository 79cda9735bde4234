import pg from 'pg';
import { GatheringSocket } from './gathering-socket.ts';
import { asPrepared } from './prepared.ts';

/** Statements that share a connection: a pool's, or an open transaction's. */
export interface Sql {
  /** Runs one statement with its parameters and answers with its rows. */
  rows<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** The first row, or null. */
  first<R extends object>(text: string, values?: readonly unknown[]): Promise<R | null>;
  /** Runs a statement for its effect and answers with the number of rows it touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** Whom a transaction acts for. Row-level security shows it the rows of this tenant and nothing else. */
export interface Acting {
  readonly tenantId?: string;
  readonly userId?: string;
  /** Address and request that the audit log names. */
  readonly address?: string;
  readonly requestId?: string;
  /**
   * Every statement looks rows up by a key. Their plans are made once for each connection and use indexes, however empty the tables were
   * at that moment.
   */
  readonly byKey?: true;
}

const { builtins } = pg.types;

/**
 * Values as the wire has them: 64-bit numbers as decimal text, instants as UTC ISO-8601 with milliseconds, dates and
 * addresses as text, JSON parsed.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === builtins.TIMESTAMPTZ) return (text: string) => new Date(text).toISOString();
      if (oid === builtins.DATE || oid === builtins.TIMESTAMP) return (text: string) => text;
    }
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  },
};

/** By this name a database tells the connections of this process from others'. */
export const applicationName = `workbench ${process.pid}`;

export interface PoolOptions {
  readonly url: string;
  /** Connections at most; 10 unless told. */
  readonly max?: number;
  /** Role that every connection takes on as it starts. */
  readonly role?: string;
}

/** Opens a pool. Connections are made when they are needed, and errors of idle ones are not fatal. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: applicationName,
    max: options.max ?? 10,
    // Statements that are given together are sent together: the way there and back is paid once.
    pipeline: true,
    stream: () => new GatheringSocket(),
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
  });
  pool.on('error', () => undefined);
  // A connection that is lost between two statements of a transaction says so with an event; the next statement fails with it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Statements over a pool or a client. */
export function sqlOf(client: Pick<pg.Pool | pg.PoolClient, 'query'>): Sql {
  return over((text, values) => client.query(text, values));
}

/** Statements over a connection that parses each of them once. For a bounded number of texts only. */
export function preparedSql(client: Pick<pg.PoolClient, 'query'>): Sql {
  return over((text, values) => client.query({ ...asPrepared(text), values }));
}

function over(query: (text: string, values: unknown[]) => Promise<pg.QueryResult>): Sql {
  const rows = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
    (await query(text, [...values])).rows as R[];
  return {
    rows,
    first: async <R extends object>(text: string, values?: readonly unknown[]) =>
      (await rows<R>(text, values))[0] ?? null,
    run: async (text, values = []) => (await query(text, [...values])).rowCount ?? 0,
  };
}

/** A transaction was not committed, because one of its statements had failed. That statement's error is elsewhere. */
export class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

const actFor = `SELECT set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true),
  set_config('app.address', $3, true), set_config('app.request_id', $4, true)`;
const actForByKey = `${actFor}, set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`;

/**
 * Runs `work` in one transaction that acts for somebody; READ COMMITTED unless told. Rolled back where `work` throws.
 * The settings are local to the transaction, so that the next user of the connection inherits nothing. Work that has sent its last
 * statement may call `commit`: the commit is sent behind it, before anything has been answered. What the work asks first is sent with the
 * beginning; where that fails no tenant is set, and the wall between tenants lets nothing by.
 */
export async function transact<T>(
  pool: pg.Pool,
  acting: Acting,
  work: (sql: Sql, client: pg.PoolClient, commit: () => void) => Promise<T>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  let begun: Promise<unknown> | undefined;
  let committing: Promise<pg.QueryResult> | undefined;
  const sendCommit = () => {
    committing ??= client.query('COMMIT');
    // Whoever waits for it hears of it; until then the work may fail for the same cause.
    committing.catch(() => undefined);
    return committing;
  };
  try {
    const { tenantId = '', userId = '', address = '', requestId = '', byKey } = acting;
    begun = Promise.all([
      client.query(`BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}`),
      client.query({
        ...asPrepared(byKey === true ? actForByKey : actFor),
        values: [tenantId, userId, address, requestId],
      }),
    ]);
    begun.catch(() => undefined);
    const result = await work(sqlOf(client), client, () => void sendCommit());
    // A transaction in which a statement failed answers its commit with a rollback and no error.
    const { command } = await sendCommit();
    if (command !== 'COMMIT') throw new RolledBack();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (broken = true));
    // What it did not begin for is the cause of whatever failed after it.
    await begun;
    throw error;
  } finally {
    client.release(broken);
  }
}
