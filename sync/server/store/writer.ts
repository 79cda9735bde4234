import { entityOfNumber } from '../../core/cell-name.ts';
import type { Sql } from '../database/pool.ts';
import type {
  ClientRecord,
  LoggedVersion,
  PushWrite,
  RowKey,
  RowWrite,
  ServerTransaction,
  StoredRow,
} from '../feed/store.ts';
import { textArray } from './prepared.ts';
import { PostgresReader } from './reader.ts';
import { together } from './together.ts';
import { noteHeld } from './tombstones.ts';
import { writeTypedRows } from './typed-rows.ts';

/** The first 64 bits of a row's hash. */
function digestOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, 16)}`);
}

/** A write transaction of the feed over an open READ COMMITTED transaction. */
export class PostgresTransaction extends PostgresReader implements ServerTransaction {
  /** Statements that are parsed and planned once: their plans do not depend on how full a table is. */
  readonly #writes: Sql;

  constructor(sql: Sql, tenant: string, writes: Sql) {
    super(sql, tenant);
    this.#writes = writes;
  }

  readonly sessionsLeft = async (): Promise<number> => {
    const plan = await this.sql.first<{ max_sessions: number }>(
      'SELECT max_sessions FROM governance.tenants WHERE id = $1 FOR UPDATE',
      [this.tenant],
    );
    const there = await this.sql.first<{ n: number }>(
      'SELECT count(*)::int AS n FROM central.research_sessions WHERE tenant_id = $1 AND NOT _deleted',
      [this.tenant],
    );
    return (plan?.max_sessions ?? 0) - (there?.n ?? 0);
  };

  async lockClient(client: string, user: string): Promise<ClientRecord | undefined> {
    await this.sql.run(
      `INSERT INTO central.sync_client AS known (tenant_id, client_id, user_id) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, client_id) DO UPDATE SET seen_at = now()
         WHERE known.user_id = excluded.user_id AND known.seen_at < now() - interval '1 hour'`,
      [this.tenant, client, user],
    );
    const [row] = await this.clientRows(client, 'FOR UPDATE');
    return row?.user === user ? row : undefined;
  }

  lockRows(keys: readonly RowKey[]): Promise<StoredRow[]> {
    return this.rowsNamed(keys, 'FOR UPDATE');
  }

  async purgedAmong(keys: readonly RowKey[]): Promise<RowKey[]> {
    if (keys.length === 0) return [];
    return this.#writes.rows<RowKey>(
      `SELECT entity, id FROM central.sync_purge
       WHERE tenant_id = $1 AND (entity, id) IN (SELECT * FROM unnest($2::int[], $3::uuid[]))`,
      [this.tenant, keys.map(({ entity }) => entity), keys.map(({ id }) => id)],
    );
  }

  noteHeld(client: string, held: Readonly<Record<string, string>>, at: number): Promise<void> {
    return noteHeld(this.sql, this.tenant, client, held, at);
  }

  /**
   * Writes everything whose place does not depend on the counter, takes the counter, then writes the versions. A reader who sees the
   * counter's new value sees them all, and whoever waits for the counter waits only for these last statements.
   */
  async writePush(push: PushWrite): Promise<bigint> {
    // Given together, they run one after the other and in this order.
    await together([
      this.#writeTyped(push),
      this.#writeBodies(push),
      this.#writeRefused(push),
      this.#writePlaces(push),
      this.#erasePurged(push),
      this.#writeClient(push),
    ]);
    const first = await this.#takeNumbers(push.versions.length);
    await together([
      this.#writeRows(push, first),
      this.#writeLog(push, first),
      this.#writeResults(push, first),
      this.#writeExits(push, first),
      this.#writeDigests(push),
    ]);
    return first;
  }

  async #writeClient(push: PushWrite): Promise<void> {
    await this.#writes.run(
      `UPDATE central.sync_client SET last_mutation = $3, last_hash = $4, seen_at = to_timestamp($5::double precision / 1000)
       WHERE tenant_id = $1 AND client_id = $2`,
      [this.tenant, push.client, String(push.lastMutation), push.lastHash, push.at],
    );
  }

  /** Takes a block of the tenant's numbers and answers with its first. */
  async #takeNumbers(count: number): Promise<bigint> {
    if (count === 0) return 0n;
    const row = await this.#writes.first<{ n: string }>(
      `INSERT INTO central.sync_head AS head (tenant_id, n) VALUES ($1, $2)
       ON CONFLICT (tenant_id) DO UPDATE SET n = head.n + excluded.n RETURNING n`,
      [this.tenant, count],
    );
    return BigInt(row?.n ?? 0) - BigInt(count) + 1n;
  }

  async #writeTyped(push: PushWrite): Promise<void> {
    const byEntity = Map.groupBy(push.rows, ({ entity }) => entity);
    for (const [entity, rows] of [...byEntity].toSorted(([a], [b]) => a - b)) {
      const name = entityOfNumber(entity);
      if (name !== undefined) await writeTypedRows(this.#writes, this.tenant, push, name, rows);
    }
    for (const { entity, id, deleted } of push.lives) {
      const name = entityOfNumber(entity);
      if (name === undefined) continue;
      await this.#writes.run(
        `UPDATE central.${name} SET _deleted = $3 WHERE tenant_id = $1 AND id = $2 AND _deleted <> $3`,
        [this.tenant, id, deleted],
      );
    }
  }

  async #writeBodies({ bodies }: PushWrite): Promise<void> {
    if (bodies.length === 0) return;
    await this.#writes.run(
      `INSERT INTO central.sync_body (tenant_id, hash, data)
       SELECT $1, hash, data FROM unnest($2::text[], $3::bytea[]) AS given (hash, data) ON CONFLICT DO NOTHING`,
      [this.tenant, bodies.map(({ hash }) => hash), bodies.map(({ data }) => Buffer.from(data))],
    );
  }

  async #writeRefused({ refused }: PushWrite): Promise<void> {
    if (refused.length === 0) return;
    await this.#writes.run(
      `INSERT INTO central.sync_refused (tenant_id, entity, id, cell, stamp, base, seen)
       SELECT $1, entity, id, cell, stamp, base, seen
       FROM json_to_recordset($2) AS given (entity int, id uuid, cell text, stamp text, base text[], seen text[])
       ON CONFLICT DO NOTHING`,
      [this.tenant, JSON.stringify(refused)],
    );
  }

  async #writePlaces({ sessionPlaces }: PushWrite): Promise<void> {
    const places = [...sessionPlaces].toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (places.length === 0) return;
    await this.#writes.run(
      `INSERT INTO central.sync_session AS known (tenant_id, session, place)
       SELECT $1, session, place FROM unnest($2::text[], $3::bigint[]) AS given (session, place)
       ON CONFLICT (tenant_id, session) DO UPDATE SET place = greatest(known.place, excluded.place)`,
      [this.tenant, places.map(([session]) => session), places.map(([, place]) => place)],
    );
  }

  /** Takes the values of purged rows out of everything but their own line, which the push writes anew. */
  async #erasePurged({ purged, rows, at }: PushWrite): Promise<void> {
    if (purged.length === 0) return;
    const ids = purged.map(({ id }) => id);
    await this.#writes.run(
      'UPDATE central.sync_log SET replaced = NULL WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND replaced IS NOT NULL',
      [this.tenant, ids],
    );
    await this.#writes.run(
      'DELETE FROM central.sync_refused WHERE tenant_id = $1 AND id = ANY ($2::uuid[])',
      [this.tenant, ids],
    );
    await this.#writes.run(
      `DELETE FROM central.sync_body AS body USING central.sync_row AS gone
       WHERE gone.tenant_id = $1 AND gone.id = ANY ($2::uuid[]) AND body.tenant_id = $1 AND body.hash = ANY (gone.bodies)
         AND NOT EXISTS (SELECT FROM central.sync_row AS other WHERE other.tenant_id = $1
           AND other.bodies @> ARRAY[body.hash] AND other.id <> ALL ($2::uuid[]))
         AND body.hash <> ALL ($3::text[])`,
      [this.tenant, ids, rows.flatMap(({ bodies }) => [...bodies])],
    );
    await this.#writes.run(
      `INSERT INTO central.sync_purge (tenant_id, entity, id, at)
       SELECT $1, entity, id, to_timestamp($4::double precision / 1000) FROM unnest($2::int[], $3::uuid[]) AS given (entity, id)
       ON CONFLICT DO NOTHING`,
      [this.tenant, purged.map(({ entity }) => entity), ids, at],
    );
  }

  async #writeRows({ rows, client }: PushWrite, first: bigint): Promise<void> {
    const known = rows.filter(({ before }) => before !== undefined);
    const fresh = rows.filter(({ before }) => before === undefined);
    const columns = (of: readonly RowWrite[]) => [
      this.tenant,
      client,
      of.map(({ entity }) => entity),
      of.map(({ id }) => id),
      textArray(of.map(({ scope }) => scope)),
      of.map(({ place }) => String(first + BigInt(place))),
      textArray(of.map(({ state }) => state)),
      textArray(of.map(({ hash }) => hash)),
      of.map((row) => String(foreignSeq(row, client, first))),
      of.map(({ bodies }) => (bodies.length === 0 ? null : JSON.stringify(bodies))),
      textArray(of.map(({ level }) => level)),
    ];
    const given = `unnest($3::int[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[])
      AS given (entity, id, scope, seq, state, hash, foreign_seq, bodies, level)`;
    const bodies = `CASE WHEN given.bodies IS NULL THEN NULL ELSE ARRAY(SELECT json_array_elements_text(given.bodies::json)) END`;
    if (fresh.length > 0) {
      // Somebody who made the same row meanwhile makes this fail, and the whole push starts over with what they made.
      await this.#writes.run(
        `INSERT INTO central.sync_row (tenant_id, client_id, entity, id, scope, seq, state, hash, foreign_seq, bodies, level)
         SELECT $1, $2, given.entity, given.id, given.scope, given.seq, given.state, given.hash, given.foreign_seq, ${bodies}, given.level
         FROM ${given}`,
        columns(fresh),
      );
    }
    if (known.length > 0) {
      await this.#writes.run(
        `UPDATE central.sync_row AS row SET client_id = $2, scope = given.scope, seq = given.seq, state = given.state,
           hash = given.hash, foreign_seq = given.foreign_seq, bodies = ${bodies}, level = given.level
         FROM ${given} WHERE row.tenant_id = $1 AND row.entity = given.entity AND row.id = given.id`,
        columns(known),
      );
    }
  }

  async #writeLog(push: PushWrite, first: bigint): Promise<void> {
    const { versions } = push;
    if (versions.length === 0) return;
    const purged = new Set(push.purged.map(({ entity, id }) => `${entity} ${id}`));
    const replaced = ({ entity, id, replaced: values }: LoggedVersion) =>
      values.length === 0 || purged.has(`${entity} ${id}`) ? null : JSON.stringify(values);
    await this.#writes.run(
      `INSERT INTO central.sync_log (tenant_id, client_id, user_id, at, seq, mutation, stamp, entity, id, scope, ops, replaced)
       SELECT $1, $2, $3, to_timestamp($4::double precision / 1000), $5::bigint + ordinality - 1, mutation, stamp, entity, id, scope, ops, replaced
       FROM unnest($6::bigint[], $7::text[], $8::int[], $9::uuid[], $10::text[], $11::text[], $12::text[])
         WITH ORDINALITY AS given (mutation, stamp, entity, id, scope, ops, replaced, ordinality)`,
      [
        this.tenant,
        push.client,
        push.user,
        push.at,
        String(first),
        versions.map(({ mutation }) => String(mutation)),
        versions.map(({ stamp }) => stamp),
        versions.map(({ entity }) => entity),
        versions.map(({ id }) => id),
        versions.map(({ scope }) => scope),
        versions.map(({ ops }) => ops),
        versions.map(replaced),
      ],
    );
  }

  async #writeResults({ results, client }: PushWrite, first: bigint): Promise<void> {
    const seqOf = ({ place, seq }: PushWrite['results'][number]) =>
      place === null ? (seq === null ? null : String(seq)) : String(first + BigInt(place));
    await this.#writes.run(
      `INSERT INTO central.sync_result (tenant_id, client_id, mutation, stamp, hash, status, seq, code, message, first)
       SELECT $1, $2, given.* FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::boolean[]) AS given`,
      [
        this.tenant,
        client,
        results.map(({ mutation }) => String(mutation)),
        results.map(({ stamp }) => stamp),
        results.map(({ hash }) => hash),
        results.map(({ status }) => status),
        results.map(seqOf),
        results.map(({ code }) => code),
        results.map(({ message }) => message),
        results.map(({ repeated }) => !repeated),
      ],
    );
  }

  /** A row that goes to another scope is said to have left the old one; where it comes back, it has not left. */
  async #writeExits({ rows }: PushWrite, first: bigint): Promise<void> {
    const moved = rows.filter(({ before, scope }) => before !== undefined && before.scope !== scope);
    if (moved.length === 0) return;
    const names = [moved.map(({ entity }) => entity), moved.map(({ id }) => id)];
    await this.#writes.run(
      `DELETE FROM central.sync_exit AS gone USING unnest($2::int[], $3::uuid[], $4::text[]) AS given (entity, id, scope)
       WHERE gone.tenant_id = $1 AND gone.entity = given.entity AND gone.id = given.id AND gone.scope = given.scope`,
      [this.tenant, ...names, moved.map(({ scope }) => scope)],
    );
    await this.#writes.run(
      `INSERT INTO central.sync_exit (tenant_id, entity, id, scope, seq)
       SELECT $1, entity, id, scope, seq FROM unnest($2::int[], $3::uuid[], $4::text[], $5::bigint[]) AS given (entity, id, scope, seq)`,
      [
        this.tenant,
        ...names,
        moved.map(({ before }) => before?.scope ?? ''),
        moved.map(({ place }) => String(first + BigInt(place))),
      ],
    );
  }

  /** Joins the new hashes into the scopes' digests and takes the old ones out. */
  async #writeDigests({ rows }: PushWrite): Promise<void> {
    const changes = new Map<string, { n: number; xor: bigint }>();
    const join = (scope: string, n: number, hash: string) => {
      const change = changes.get(scope) ?? { n: 0, xor: 0n };
      change.n += n;
      change.xor ^= digestOf(hash);
      changes.set(scope, change);
    };
    for (const { scope, hash, before } of rows) {
      join(scope, 1, hash);
      if (before !== undefined) join(before.scope, -1, before.hash);
    }
    if (changes.size === 0) return;
    const given = [...changes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    await this.#writes.run(
      `INSERT INTO central.sync_scope AS known (tenant_id, scope, n, xor64)
       SELECT $1, scope, n, xor64 FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS given (scope, n, xor64)
       ON CONFLICT (tenant_id, scope) DO UPDATE SET n = known.n + excluded.n, xor64 = known.xor64 # excluded.xor64`,
      [
        this.tenant,
        given.map(([scope]) => scope),
        given.map(([, { n }]) => n),
        given.map(([, { xor }]) => String(BigInt.asIntN(64, xor))),
      ],
    );
  }
}

/** The highest number at which somebody else had written the row; its own where the client cannot know what it holds now. */
function foreignSeq({ before, notAsSent, place }: RowWrite, client: string, first: bigint): bigint {
  if (notAsSent) return first + BigInt(place);
  if (before === undefined) return 0n;
  return before.client === client ? before.foreignSeq : before.seq;
}
