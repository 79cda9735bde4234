import { entitySpec, hashColumns } from '../../../db/catalogue/catalogue.ts';
import { aboutRows } from '../feed/about-rows.ts';
import { loadWorld } from '../feed/row-world.ts';
import { storedState } from '../feed/stored-state.ts';
import type { RowKey } from '../feed/store.ts';
import { type RowState, valuesOf } from '../../core/row-state.ts';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { ScopeAccess } from '../feed/access.ts';
import type { Principal } from '../feed/environment.ts';
import { TenantRules } from '../feed/ingress-policy.ts';
import { ReaderMask } from '../feed/mask.ts';
import { PostgresReader } from '../store/reader.ts';
import type { BlobFiles } from './blob-files.ts';
import { saysNothingRedacted } from './file-words.ts';

/** Bytes of one part; the last one of a file may be shorter. */
export const partBytes = 4 * 1024 * 1024;
const mostBytes = 4 * 1024 ** 3;

/** What is there of a file for the one who asks. */
export interface BlobState {
  readonly state: 'missing' | 'pending' | 'stored';
  /** Parts that need not be sent again. */
  readonly parts: readonly number[];
}

/** Bytes of a file that go out. */
export interface BlobRange {
  readonly stream: Readable;
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/**
 * Files by their hash, within a tenant. Whoever sends one sends all of it, so that knowing a hash opens nothing; whoever reads one can
 * read a row that names it, made by somebody who has sent it.
 */
export class Blobs {
  readonly #pool: pg.Pool;
  readonly #files: BlobFiles;

  constructor(pool: pg.Pool, files: BlobFiles) {
    this.#pool = pool;
    this.#files = files;
  }

  /** What of a file this person has sent. */
  state({ tenant, user }: Principal, hash: string): Promise<BlobState> {
    return this.#transact(tenant, async (sql) => {
      const held = await sql.first(
        'SELECT 1 FROM central.sync_blob_holder WHERE tenant_id = $1 AND hash = $2 AND user_id = $3',
        [tenant, hash, user],
      );
      if (held !== null) return { state: 'stored', parts: [] };
      const parts = await this.#files.partsOf(tenant, hash, user);
      return { state: parts.length === 0 ? 'missing' : 'pending', parts };
    });
  }

  /** Keeps one part. Throws `FORBIDDEN` for viewers, `BAD_REQUEST` where part and size do not fit. */
  async put(
    principal: Principal,
    hash: string,
    part: number,
    size: number,
    bytes: Uint8Array,
  ): Promise<void> {
    const { tenant, user } = principal;
    await this.#transact(tenant, async (sql) => {
      await requireWriter(sql, principal);
      await requireAllowed(sql, principal, hash);
    });
    const expected = Math.min(partBytes, size - part * partBytes);
    if (size > mostBytes || part >= partCount(size) || bytes.length !== expected) {
      throw new ServerError(
        'BAD_REQUEST',
        'The part is not of this file: its place or its length is wrong. Nothing was kept.',
        {
          partBytes,
        },
      );
    }
    await this.#files.putPart(tenant, hash, user, part, bytes);
  }

  /** Puts a file together from its parts. Throws `CONFLICT` where some are missing, `BAD_REQUEST` where the bytes have another hash. */
  async commit(principal: Principal, hash: string, size: number): Promise<void> {
    const { tenant, user } = principal;
    if (size > mostBytes) throw new ServerError('TOO_LARGE', 'The file is larger than this server takes.');
    await this.#transact(tenant, async (sql) => {
      await requireWriter(sql, principal);
      await requireAllowed(sql, principal, hash);
    });
    const parts = await this.#files.partsOf(tenant, hash, user);
    const count = partCount(size);
    if (parts.length !== count || parts.some((part, at) => part !== at)) {
      throw new ServerError(
        'CONFLICT',
        'Parts of the file are missing. Ask which are there and send the others.',
        {
          missing: count - parts.length,
        },
      );
    }
    if (!(await this.#files.assemble(tenant, hash, user, count, size))) {
      throw new ServerError('BAD_REQUEST', 'The file did not arrive as it was sent. Send it again.');
    }
    await this.#transact(tenant, async (sql) => {
      await sql.run(
        `INSERT INTO central.sync_blob (tenant_id, hash, size) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [tenant, hash, size],
      );
      await sql.run(
        'INSERT INTO central.sync_blob_holder (tenant_id, hash, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [tenant, hash, user],
      );
    });
  }

  /** Bytes of a file from `start` on, to `end` or the last one. Throws `NOT_FOUND` alike for what is not there and what is not to be read. */
  async read(principal: Principal, hash: string, start: number, end: number | null): Promise<BlobRange> {
    const size = await this.#transact(principal.tenant, (sql) => readableSize(sql, principal, hash));
    if (size === null) throw new ServerError('NOT_FOUND', 'There is no such file that you may read.');
    const last = Math.min(end ?? size - 1, size - 1);
    if (size > 0 && start > last)
      throw new ServerError('BAD_REQUEST', 'The file ends before the range begins.', { size });
    return {
      stream: this.#files.read(principal.tenant, hash, start, Math.max(last, 0)),
      start,
      end: last,
      size,
    };
  }

  /** Removes files that no row names and that are older than this. Answers with their number. */
  async collect(tenant: string, olderThanMs: number): Promise<number> {
    const gone = await this.#transact(tenant, async (sql) => {
      const unnamed = await sql.rows<{ hash: string }>(
        `DELETE FROM central.sync_blob AS blob WHERE tenant_id = $1 AND at < now() - $2 * interval '1 millisecond'
           AND NOT EXISTS (${namedAnywhere}) RETURNING hash`,
        [tenant, olderThanMs],
      );
      await sql.run('DELETE FROM central.sync_blob_holder WHERE tenant_id = $1 AND hash = ANY ($2::text[])', [
        tenant,
        unnamed.map(({ hash }) => hash),
      ]);
      return unnamed;
    });
    for (const { hash } of gone) await this.#files.remove(tenant, hash);
    return gone.length;
  }

  #transact<T>(tenantId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return transact(this.#pool, { tenantId }, work);
  }
}

const naming = hashColumns('file');

/** Rows that name the file `blob`, in any column that names files. */
const namedAnywhere = naming
  .map(
    ({ entity, column }) =>
      `SELECT FROM central.${entity} AS row WHERE row.tenant_id = $1 AND row.${column} = blob.hash`,
  )
  .join(' UNION ALL ');

/** Rows that name the file $2 and were made by somebody who has sent it. */
const namedBySenders = naming
  .map(
    ({ entity, column }) =>
      `SELECT row.id, ${entitySpec(entity).n} AS entity, row._scope AS scope, blob.size
         FROM central.sync_blob AS blob
         JOIN central.${entity} AS row ON row.tenant_id = $1 AND row.${column} = blob.hash
         JOIN central.sync_blob_holder AS holder
           ON holder.tenant_id = $1 AND holder.hash = blob.hash AND holder.user_id = row._by
        WHERE blob.tenant_id = $1 AND blob.hash = $2`,
  )
  .join(' UNION ALL ');

interface NamingRow {
  readonly id: string;
  readonly entity: number;
  readonly scope: string;
  readonly size: string;
}

/** Rows that name the file $2. */
const namedAtAll = naming
  .map(
    ({ entity, column }) =>
      `SELECT row.id, ${entitySpec(entity).n} AS entity FROM central.${entity} AS row
        WHERE row.tenant_id = $1 AND row.${column} = $2`,
  )
  .join(' UNION ALL ');

/** The number of the column in which a row shows this file; undefined where it does not. */
function cellNaming(row: RowState, hash: string): number | undefined {
  return [...valuesOf(row).known].find(([, value]) => value === hash)?.[0];
}

/**
 * Refuses a file that the policy keeps off the server: one of its rows has to let it in. Where what a row rests on decides, a file that no
 * row names is refused, too: nothing can be said for it. Where words are redacted, so is one whose words were not read or hold such.
 */
async function requireAllowed(sql: Sql, { tenant, user, project }: Principal, hash: string): Promise<void> {
  const reader = new PostgresReader(sql, tenant);
  const rules = new TenantRules(await reader.policy());
  const member = await reader.member(user);
  const rows = await reader.rows(await sql.rows<RowKey>(namedAtAll, [tenant, hash]));
  const states = rows.map(storedState);
  const scopes = rows.map(({ scope }) => scope);
  const access = new ScopeAccess(
    member ?? { user, role: 'viewer' },
    await reader.scopeFacts(user, scopes),
    project,
  );
  const world = await loadWorld(reader, states);
  const isAllowed =
    states.length === 0
      ? !rules.asksFacts && rules.allowsClass('content', 'internal')
      : states.some((row) =>
          rules.forRow(row, access, world.factsOf(row), () => null)(cellNaming(row, hash) ?? 0, hash),
        );
  if (isAllowed && (await saysNothingRedacted(sql, reader, rules, hash))) return;
  throw new ServerError(
    'FORBIDDEN',
    "The organisation's privacy settings keep this file off the server. Nothing was kept.",
  );
}

function partCount(size: number): number {
  return Math.max(1, Math.ceil(size / partBytes));
}

async function requireWriter(sql: Sql, { tenant, user }: Principal): Promise<void> {
  const member = await new PostgresReader(sql, tenant).member(user);
  if (member === undefined || member.role === 'viewer') {
    throw new ServerError('FORBIDDEN', 'You may not send files here. Nothing was kept.');
  }
}

/** The size of a file of which this person may read a row that names it and shows its hash; null otherwise. */
async function readableSize(
  sql: Sql,
  { tenant, user, project }: Principal,
  hash: string,
): Promise<number | null> {
  const rows = await sql.rows<NamingRow>(namedBySenders, [tenant, hash]);
  const reader = new PostgresReader(sql, tenant);
  const member = await reader.member(user);
  if (member === undefined || rows.length === 0) return null;
  const access = new ScopeAccess(
    member,
    await reader.scopeFacts(
      user,
      rows.map(({ scope }) => scope),
    ),
    project,
  );
  const rules = new TenantRules(await reader.policy());
  if (!(await saysNothingRedacted(sql, reader, rules, hash))) return null;
  const mask = new ReaderMask(access, rules);
  const readable = (await reader.rows(rows))
    .filter(({ scope }) => access.of(scope) !== 'none')
    .map((row) => ({ ...row, bodies: [] }));
  const aboutRow = await aboutRows(reader, mask, readable);
  const isShown = readable.some((row) => {
    const about = aboutRow(row);
    return about !== undefined && cellNaming(mask.apply(storedState(row), about), hash) !== undefined;
  });
  return isShown ? Number(rows[0]?.size) : null;
}
