import type { Json } from '../../../db/catalogue/types.ts';
import { quotedLevels } from './quoted-levels.ts';
import type { Sql } from '../database/pool.ts';
import type {
  ClientRecord,
  ExitRecord,
  FeedRow,
  Member,
  RefusedWrite,
  ResultRecord,
  RowHeader,
  RowKey,
  ScopeFacts,
  ScopeRecord,
  ServerReader,
  StoredRow,
  StoredUse,
  TenantPolicy,
} from '../feed/store.ts';
import { intArray, textArray, uuidArray } from './binary-arrays.ts';
import { documentsOfSessions, documentUses, partsOfDocuments } from './documents.ts';
import { evidenceNaming, tagsOfEvidence } from './evidence-facts.ts';
import { scopeFacts, scopesNear } from './scope-facts.ts';

interface StoredHeader {
  readonly entity: number;
  readonly id: string;
  readonly scope: string;
  readonly seq: string;
  readonly hash: string;
  readonly client_id: string | null;
  readonly foreign_seq: string;
}

const header = 'entity, id, scope, seq, hash, client_id, foreign_seq';

function headerOf(row: StoredHeader): RowHeader {
  return {
    entity: row.entity,
    id: row.id,
    scope: row.scope,
    seq: BigInt(row.seq),
    hash: row.hash,
    client: row.client_id,
    foreignSeq: BigInt(row.foreign_seq),
  };
}

/** A row of `sync_row` as the feed knows it. */
export function storedRowOf(
  row: StoredHeader & { state: string; bodies: string[] | null; level: string | null },
): StoredRow {
  return { ...headerOf(row), state: row.state, bodies: row.bodies ?? [], level: row.level };
}

/** The signed 64 bits of a column as the unsigned ones of a digest. */
function unsigned(text: string): bigint {
  return BigInt.asUintN(64, BigInt(text));
}

/** The columns that `storedRowOf` reads. */
export const storedColumns = `${header}, state, bodies, level`;

/** The feed's reads over one open transaction that acts for a tenant. Row-level security shows it that tenant alone. */
export class PostgresReader implements ServerReader {
  readonly sql: Sql;
  /**
   * Statements that are parsed and planned once for a connection, maybe while their tables were empty. Only those are run by it that can
   * be done in one way: by the only index that has their columns, or one lookup for each element of a list.
   */
  readonly prepared: Sql;
  readonly tenant: string;

  constructor(sql: Sql, tenant: string, prepared: Sql = sql) {
    this.sql = sql;
    this.tenant = tenant;
    this.prepared = prepared;
  }

  async epoch(): Promise<string> {
    const row = await this.prepared.first<{ epoch: string }>(
      'SELECT epoch FROM central.sync_epoch ORDER BY n DESC LIMIT 1',
    );
    return row?.epoch ?? '00000000-0000-0000-0000-000000000000';
  }

  async head(): Promise<bigint> {
    const row = await this.prepared.first<{ n: string }>(
      'SELECT n FROM central.sync_head WHERE tenant_id = $1',
      [this.tenant],
    );
    return BigInt(row?.n ?? 0);
  }

  async policy(): Promise<TenantPolicy> {
    const row = await this.prepared.first<{ version: number; settings: Record<string, Json> }>(
      'SELECT policy_version AS version, privacy_settings AS settings FROM governance.tenants WHERE id = $1',
      [this.tenant],
    );
    return row ?? { version: 0, settings: {} };
  }

  member(user: string): Promise<Member | undefined> {
    return this.memberRow(user, '');
  }

  /** A person's active membership, locked where `locking` says so: it is not taken away then before the transaction ends. */
  protected async memberRow(user: string, locking: '' | 'FOR SHARE'): Promise<Member | undefined> {
    const row = await this.prepared.first<{ role: string }>(
      `SELECT role FROM governance.memberships
       WHERE tenant_id = $1 AND user_id = $2 AND status = 'active' ${locking}`,
      [this.tenant, user],
    );
    return row === null ? undefined : { user, role: row.role };
  }

  async client(client: string): Promise<ClientRecord | undefined> {
    const [row] = await this.clientRows(client, '');
    return row;
  }

  /** A client's line, locked where `locking` says so. */
  protected async clientRows(client: string, locking: '' | 'FOR UPDATE'): Promise<ClientRecord[]> {
    const rows = await this.prepared.rows<{
      user_id: string;
      last_mutation: string;
      last_hash: string;
      backed_up: string;
      retired: boolean;
      schema_version: number | null;
    }>(
      `SELECT user_id, last_mutation, last_hash, backed_up, retired, schema_version FROM central.sync_client
       WHERE tenant_id = $1 AND client_id = $2 ${locking}`,
      [this.tenant, client],
    );
    return rows.map((row) => ({
      client,
      user: row.user_id,
      lastMutation: BigInt(row.last_mutation),
      lastHash: row.last_hash,
      backedUp: BigInt(row.backed_up),
      retired: row.retired,
      schema: row.schema_version,
    }));
  }

  async scopes(scopes: readonly string[]): Promise<ScopeRecord[]> {
    const rows = await this.sql.rows<{
      scope: string;
      scope_epoch: number;
      n: string;
      xor64: string;
      floor_seq: string;
    }>(
      `SELECT scope, scope_epoch, n, xor64, floor_seq FROM central.sync_scope
       WHERE tenant_id = $1 AND scope = ANY ($2::text[])`,
      [this.tenant, scopes],
    );
    return rows.map((row) => ({
      scope: row.scope,
      scopeEpoch: row.scope_epoch,
      count: BigInt(row.n),
      xor: unsigned(row.xor64),
      floor: BigInt(row.floor_seq),
    }));
  }

  scopeFacts(user: string, scopes: readonly string[]): Promise<ScopeFacts[]> {
    return scopeFacts(this.prepared, this.tenant, user, scopes);
  }

  readonly quotedLevels = (rows: readonly RowKey[]) => quotedLevels(this.sql, this.tenant, rows);

  scopesNear(user: string): Promise<ScopeFacts[]> {
    return scopesNear(this.sql, this.tenant, user);
  }

  async rowsAfter(scope: string, seq: bigint, limit: number, headersFor: string | null): Promise<FeedRow[]> {
    const rows = await this.sql.rows<
      StoredHeader & { state: string | null; bodies: string[] | null; level: string | null }
    >(
      `SELECT ${header}, bodies, level,
              CASE WHEN client_id = $5 AND foreign_seq <= $3 THEN NULL ELSE state END AS state
       FROM central.sync_row WHERE tenant_id = $1 AND scope = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
      [this.tenant, scope, String(seq), limit, headersFor],
    );
    return rows.map((row) => ({
      ...headerOf(row),
      state: row.state,
      bodies: row.bodies ?? [],
      level: row.level,
    }));
  }

  async exitsAfter(scope: string, seq: bigint, limit: number): Promise<ExitRecord[]> {
    const rows = await this.sql.rows<{ entity: number; id: string; seq: string; to: string | null }>(
      `SELECT gone.entity, gone.id, gone.seq, row.scope AS to FROM central.sync_exit AS gone
       LEFT JOIN central.sync_row AS row ON row.tenant_id = $1 AND row.entity = gone.entity AND row.id = gone.id
       WHERE gone.tenant_id = $1 AND gone.scope = $2 AND gone.seq > $3 ORDER BY gone.seq LIMIT $4`,
      [this.tenant, scope, String(seq), limit],
    );
    return rows.map(({ entity, id, seq: number, to }) => ({ entity, id, scope, seq: BigInt(number), to }));
  }

  rows(keys: readonly RowKey[]): Promise<StoredRow[]> {
    return this.rowsNamed(keys, '');
  }

  /** Rows by their names, in the order of entity and id; locked where `locking` says so. */
  protected async rowsNamed(keys: readonly RowKey[], locking: '' | 'FOR UPDATE'): Promise<StoredRow[]> {
    if (keys.length === 0) return [];
    const ordered = keys.toSorted((a, b) => a.entity - b.entity || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    const rows = await this.prepared.rows<
      StoredHeader & { state: string; bodies: string[] | null; level: string | null }
    >(
      `SELECT stored.* FROM unnest($2::int[], $3::uuid[]) AS named (entity, id) CROSS JOIN LATERAL
         (SELECT ${storedColumns} FROM central.sync_row AS row
          WHERE tenant_id = $1 AND row.entity = named.entity AND row.id = named.id LIMIT 1 ${locking}) AS stored`,
      [this.tenant, intArray(ordered.map(({ entity }) => entity)), uuidArray(ordered.map(({ id }) => id))],
    );
    return rows.map(storedRowOf);
  }

  async headersOfPart(scope: string, part: string): Promise<RowHeader[]> {
    const rows = await this.sql.rows<StoredHeader>(
      `SELECT ${header} FROM central.sync_row
       WHERE tenant_id = $1 AND scope = $2 AND right(id::text, 2) = $3 ORDER BY entity, id`,
      [this.tenant, scope, part],
    );
    return rows.map(headerOf);
  }

  async partDigests(scope: string): Promise<{ part: string; count: bigint; xor: bigint }[]> {
    const rows = await this.sql.rows<{ part: string; count: string; xor: string }>(
      `SELECT right(id::text, 2) AS part, count(*) AS count,
              bit_xor(('x' || left(hash, 16))::bit(64)::bigint) AS xor
       FROM central.sync_row WHERE tenant_id = $1 AND scope = $2 GROUP BY 1 ORDER BY 1`,
      [this.tenant, scope],
    );
    return rows.map(({ part, count, xor }) => ({ part, count: BigInt(count), xor: unsigned(xor) }));
  }

  results(stamps: readonly string[]): Promise<ResultRecord[]> {
    if (stamps.length === 0) return Promise.resolve([]);
    // Each stamp is looked up by itself: a plan that was made while there were few results would filter a list out of all of them.
    return this.#results(
      `unnest($2::text[]) AS asked (named) CROSS JOIN LATERAL
         (SELECT * FROM central.sync_result WHERE tenant_id = $1 AND stamp = named AND first LIMIT 1) AS known`,
      [textArray(stamps)],
    );
  }

  resultsOfClient(client: string, from: bigint, to: bigint): Promise<ResultRecord[]> {
    return this.#results(
      'central.sync_result WHERE tenant_id = $1 AND client_id = $2 AND mutation BETWEEN $3 AND $4 ORDER BY mutation',
      [client, String(from), String(to)],
    );
  }

  async #results(source: string, values: readonly unknown[]): Promise<ResultRecord[]> {
    const rows = await this.prepared.rows<{
      client_id: string;
      mutation: string;
      stamp: string;
      hash: string;
      status: ResultRecord['status'];
      seq: string | null;
      code: ResultRecord['code'];
      message: string | null;
    }>(`SELECT client_id, mutation, stamp, hash, status, seq, code, message FROM ${source}`, [
      this.tenant,
      ...values,
    ]);
    return rows.map(({ client_id, mutation, seq, ...rest }) => ({
      ...rest,
      client: client_id,
      mutation: BigInt(mutation),
      seq: seq === null ? null : BigInt(seq),
    }));
  }

  async bodies(hashes: readonly string[]): Promise<{ hash: string; data: Uint8Array }[]> {
    if (hashes.length === 0) return [];
    return this.sql.rows(
      'SELECT hash, data FROM central.sync_body WHERE tenant_id = $1 AND hash = ANY ($2::text[])',
      [this.tenant, hashes],
    );
  }

  refusedWrites(ids: readonly string[]): Promise<RefusedWrite[]> {
    return this.prepared.rows(
      `SELECT entity, id, cell, stamp, base, seen FROM central.sync_refused
       WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`,
      [this.tenant, uuidArray(ids)],
    );
  }

  async sessionPlaces(sessions: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.prepared.rows<{ session: string; place: string }>(
      'SELECT session, place FROM central.sync_session WHERE tenant_id = $1 AND session = ANY ($2::text[])',
      [this.tenant, sessions],
    );
    return new Map(rows.map(({ session, place }) => [session, Number(place)]));
  }

  async replacedValues(
    wanted: readonly (RowKey & { readonly cell: string; readonly over: string })[],
  ): Promise<(RowKey & { cell: string; over: string; value: Json })[]> {
    if (wanted.length === 0) return [];
    const rows = await this.sql.rows<{ entity: number; id: string; replaced: string }>(
      `SELECT entity, id, replaced FROM central.sync_log
       WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND replaced IS NOT NULL`,
      [this.tenant, [...new Set(wanted.map(({ id }) => id))]],
    );
    return rows.flatMap(({ entity, id, replaced }) =>
      (JSON.parse(replaced) as [string, string, Json][]).map(([cell, over, value]) => ({
        entity,
        id,
        cell,
        over,
        value,
      })),
    );
  }

  readonly evidenceNaming = (ids: readonly string[]) => evidenceNaming(this.sql, this.tenant, ids);

  readonly tagsOfEvidence = (evidence: readonly string[]) => tagsOfEvidence(this.sql, this.tenant, evidence);

  documentsOfSessions(sessions: readonly string[]): Promise<string[]> {
    return documentsOfSessions(this.sql, this.tenant, sessions);
  }

  documentUses(documents: readonly string[]): Promise<StoredUse[]> {
    return documentUses(this.sql, this.tenant, documents);
  }

  partsOfDocuments(documents: readonly string[]): Promise<RowKey[]> {
    return partsOfDocuments(this.sql, this.tenant, documents);
  }

  async textStamps(owners: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.sql.rows<{ owner_id: string; stamps: string[] }>(
      `SELECT owner_id, array_agg(_inserted) AS stamps FROM central.text_updates
       WHERE tenant_id = $1 AND owner_id = ANY ($2::uuid[]) GROUP BY owner_id`,
      [this.tenant, owners],
    );
    return new Map(rows.map(({ owner_id, stamps }) => [owner_id, stamps]));
  }
}
