import { setImmediate } from 'node:timers/promises';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { entityOfNumber } from '../../core/cell-name.ts';
import type { Sql } from '../database/pool.ts';
import type {
  ClientRecord,
  ClientStanding,
  Member,
  PushWrite,
  RowKey,
  RowWrite,
  ServerTransaction,
  StoredRow,
} from '../feed/store.ts';
import { together } from '../feed/together.ts';
import { intArray, textArray, uuidArray } from './binary-arrays.ts';
import { numberedWrites } from './numbered-writes.ts';
import { PostgresReader } from './reader.ts';
import { noteClient } from './tombstones.ts';
import { writeTypedRows } from './typed-rows.ts';

const decidingInProjects = [entitySpec('projects').n, entitySpec('project_members').n];
const sessionEntity = entitySpec('research_sessions').n;

/** A write transaction of the feed over an open READ COMMITTED transaction. */
export class PostgresTransaction extends PostgresReader implements ServerTransaction {
  readonly #sent: Promise<unknown>[] = [];
  readonly #shown = new Set<RowWrite>();
  readonly #commit: () => void;

  /** `commit` sends the transaction's commit behind what was sent. */
  constructor(sql: Sql, tenant: string, prepared: Sql, commit: () => void) {
    super(sql, tenant, prepared);
    this.#commit = commit;
  }

  /** Sends a statement behind the others. Nothing is awaited between two of them: what is sent after the commit would be lost. */
  #send(text: string, values: readonly unknown[], by: Sql = this.prepared): void {
    const sent = by.run(text, values);
    // Whoever waits for all of them hears of it; until then others may fail for the same cause.
    sent.catch(() => undefined);
    this.#sent.push(sent);
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
    const [, [row]] = await together([
      this.prepared.run(
        `INSERT INTO central.sync_client AS known (tenant_id, client_id, user_id) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, client_id) DO UPDATE SET seen_at = now()
           WHERE known.user_id = excluded.user_id AND known.seen_at < now() - interval '1 hour'`,
        [this.tenant, client, user],
      ),
      this.clientRows(client, 'FOR UPDATE'),
    ]);
    return row?.user === user ? row : undefined;
  }

  override member(user: string): Promise<Member | undefined> {
    return this.memberRow(user, 'FOR SHARE');
  }

  lockRows(keys: readonly RowKey[]): Promise<StoredRow[]> {
    return this.rowsNamed(keys, 'FOR UPDATE');
  }

  async purgedAmong(keys: readonly RowKey[]): Promise<RowKey[]> {
    if (keys.length === 0) return [];
    return this.prepared.rows<RowKey>(
      `SELECT named.entity, named.id FROM unnest($2::int[], $3::uuid[]) AS named (entity, id) CROSS JOIN LATERAL
         (SELECT FROM central.sync_purge AS gone
          WHERE tenant_id = $1 AND gone.entity = named.entity AND gone.id = named.id LIMIT 1) AS purged`,
      [this.tenant, intArray(keys.map(({ entity }) => entity)), uuidArray(keys.map(({ id }) => id))],
    );
  }

  noteClient(client: string, standing: ClientStanding, at: number): Promise<void> {
    return noteClient(this.sql, this.tenant, client, standing, at);
  }

  /**
   * Writes everything whose place does not depend on the counter, takes the counter, then writes the versions. A reader who sees the
   * counter's new value sees them all. All is sent at once and runs in this order, the commit at its end: what follows the counter is at
   * hand before it is taken, and nobody waits for the counter while this process does something else. `written` ends with the last of them.
   */
  async writePush(push: PushWrite): Promise<bigint> {
    this.#writeTyped(push.user, push.rows);
    this.#writeLives(push);
    this.#writeBodies(push);
    this.#writeRefused(push);
    this.#writePlaces(push);
    this.#erasePurged(push);
    this.#writeClient(push);
    this.#forgetRefusals(push);
    const numbered = numberedWrites(this.tenant, push);
    const first = this.#takeNumbers(push.versions.length);
    this.#sent.push(first);
    this.#checkDecided(push);
    for (const { text, values, rare } of numbered) this.#send(text, values, rare ? this.sql : this.prepared);
    this.#commit();
    // Where another statement was the cause of its failure, that one's error is thrown.
    return first.catch(async (error: unknown) => {
      await this.written();
      throw error;
    });
  }

  /** Ends when everything that was sent has been done. Throws where one of them failed: then nothing is committed. */
  async written(): Promise<void> {
    await together(this.#sent);
  }

  readonly writeShown = async (user: string, rows: readonly RowWrite[]): Promise<void> => {
    this.#writeTyped(user, rows);
    for (const row of rows) this.#shown.add(row);
    // What was sent has to leave this process before it goes on.
    await setImmediate();
  };

  /** What a stamp came to is what was said of it last: a refusal ends where it was judged again. */
  #forgetRefusals({ judgedAgain = [] }: PushWrite): void {
    if (judgedAgain.length === 0) return;
    this.#send(
      'UPDATE central.sync_result SET first = false WHERE tenant_id = $1 AND first AND stamp = ANY ($2::text[])',
      [this.tenant, [...judgedAgain]],
      this.sql,
    );
  }

  #writeClient(push: PushWrite): void {
    this.#send(
      `UPDATE central.sync_client SET last_mutation = $3, last_hash = $4, seen_at = to_timestamp($5::double precision / 1000)
       WHERE tenant_id = $1 AND client_id = $2`,
      [this.tenant, push.client, String(push.lastMutation), push.lastHash, push.at],
    );
  }

  /** Takes a block of the tenant's numbers and answers with its first; the statements after it read them from the counter. */
  async #takeNumbers(count: number): Promise<bigint> {
    if (count === 0) return 0n;
    const row = await this.prepared.first<{ n: string }>(
      `INSERT INTO central.sync_head AS head (tenant_id, n) VALUES ($1, $2)
       ON CONFLICT (tenant_id) DO UPDATE SET n = head.n + excluded.n RETURNING n`,
      [this.tenant, count],
    );
    return BigInt(row?.n ?? 0) - BigInt(count) + 1n;
  }

  /** Under the counter nobody else can number anything: what decided about the push holds until it is committed, or it starts over. */
  #checkDecided({ decided, versions }: PushWrite): void {
    if (decided === undefined || versions.length === 0) return;
    this.#send('SELECT central.check_policy_unchanged($1)', [decided.policyVersion]);
    this.#send('SELECT central.check_access_unchanged($1, $2, $3, $4, $5)', [
      String(decided.since),
      intArray(decidingInProjects),
      textArray(decided.projects.map((id) => `project:${id}`)),
      sessionEntity,
      uuidArray(decided.sessions),
    ]);
  }

  #writeTyped(user: string, all: readonly RowWrite[]): void {
    const left = all.filter((row) => !this.#shown.has(row));
    const byEntity = Map.groupBy(left, ({ entity }) => entity);
    for (const [entity, rows] of [...byEntity].toSorted(([a], [b]) => a - b)) {
      const name = entityOfNumber(entity);
      if (name !== undefined)
        writeTypedRows((text, values) => this.#send(text, values), this.tenant, user, name, rows);
    }
  }

  #writeLives({ lives }: PushWrite): void {
    for (const { entity, id, deleted } of lives) {
      const name = entityOfNumber(entity);
      if (name === undefined) continue;
      this.#send(
        `UPDATE central.${name} SET _deleted = $3 WHERE tenant_id = $1 AND id = $2 AND _deleted <> $3`,
        [this.tenant, id, deleted],
      );
    }
  }

  #writeBodies({ bodies }: PushWrite): void {
    if (bodies.length === 0) return;
    this.#send(
      `INSERT INTO central.sync_body (tenant_id, hash, data)
       SELECT $1, hash, data FROM unnest($2::text[], $3::bytea[]) AS given (hash, data) ON CONFLICT DO NOTHING`,
      [this.tenant, bodies.map(({ hash }) => hash), bodies.map(({ data }) => Buffer.from(data))],
    );
  }

  #writeRefused({ refused }: PushWrite): void {
    if (refused.length === 0) return;
    this.#send(
      `INSERT INTO central.sync_refused (tenant_id, entity, id, cell, stamp, base, seen)
       SELECT $1, entity, id, cell, stamp, base, seen
       FROM json_to_recordset($2) AS given (entity int, id uuid, cell text, stamp text, base text[], seen text[])
       ON CONFLICT DO NOTHING`,
      [this.tenant, JSON.stringify(refused)],
    );
  }

  #writePlaces({ sessionPlaces, client }: PushWrite): void {
    const places = [...sessionPlaces].toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (places.length === 0) return;
    this.#send(
      `INSERT INTO central.sync_session AS known (tenant_id, session, place, client_id)
       SELECT $1, session, place, $4::uuid FROM unnest($2::text[], $3::bigint[]) AS given (session, place)
       ON CONFLICT (tenant_id, session) DO UPDATE SET place = greatest(known.place, excluded.place)`,
      [this.tenant, places.map(([session]) => session), places.map(([, place]) => place), client],
    );
  }

  /** Takes the values of purged rows out of everything but their own line, which the push writes anew. */
  #erasePurged({ purged, rows, at }: PushWrite): void {
    if (purged.length === 0) return;
    const ids = purged.map(({ id }) => id);
    this.#send(
      'UPDATE central.sync_log SET replaced = NULL WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND replaced IS NOT NULL',
      [this.tenant, ids],
      this.sql,
    );
    this.#send('DELETE FROM central.sync_refused WHERE tenant_id = $1 AND id = ANY ($2::uuid[])', [
      this.tenant,
      ids,
    ]);
    this.#send(
      `DELETE FROM central.sync_body AS body USING central.sync_row AS gone
       WHERE gone.tenant_id = $1 AND gone.id = ANY ($2::uuid[]) AND body.tenant_id = $1 AND body.hash = ANY (gone.bodies)
         AND NOT EXISTS (SELECT FROM central.sync_row AS other WHERE other.tenant_id = $1
           AND other.bodies @> ARRAY[body.hash] AND other.id <> ALL ($2::uuid[]))
         AND body.hash <> ALL ($3::text[])`,
      [this.tenant, ids, rows.flatMap(({ bodies }) => [...bodies])],
      this.sql,
    );
    this.#send(
      `INSERT INTO central.sync_purge (tenant_id, entity, id, at)
       SELECT $1, entity, id, to_timestamp($4::double precision / 1000) FROM unnest($2::int[], $3::uuid[]) AS given (entity, id)
       ON CONFLICT DO NOTHING`,
      [this.tenant, purged.map(({ entity }) => entity), ids, at],
      this.sql,
    );
  }
}
