import type { Readable } from 'node:stream';
import type pg from 'pg';
import { hashColumns } from '../../../db/catalogue/catalogue.ts';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import type { Principal } from '../feed/environment.ts';
import { mayRead, requireAllowed, requireWriter } from './blob-access.ts';
import type { BlobFiles } from './blob-files.ts';

/** Bytes of one part; the last one of a file may be shorter. */
export const partBytes = 4 * 1024 * 1024;
const mostBytes = 4 * 1024 ** 3;
/** Parts to which none was added for so long belong to no upload any more. */
const abandonedMs = 7 * 86_400_000;

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
 * read a row that names it, by the hand of somebody who has sent it. The table says what is there only while the folder has it: what
 * either of them lost is sent again.
 */
export class Blobs {
  readonly #pool: pg.Pool;
  readonly #files: BlobFiles;

  constructor(pool: pg.Pool, files: BlobFiles) {
    this.#pool = pool;
    this.#files = files;
  }

  /** What of a file this person has sent. */
  async state(principal: Principal, hash: string): Promise<BlobState> {
    if (await this.#hasSent(principal, hash)) return { state: 'stored', parts: [] };
    const parts = await this.#files.partsOf(principal.tenant, hash, principal.user);
    return { state: parts.length === 0 ? 'missing' : 'pending', parts };
  }

  /** Keeps one part. Throws `FORBIDDEN` for viewers, `BAD_REQUEST` where part and size do not fit. */
  async put(
    principal: Principal,
    hash: string,
    part: number,
    size: number,
    bytes: Uint8Array,
  ): Promise<void> {
    await this.#requireSender(principal, hash);
    const expected = Math.min(partBytes, size - part * partBytes);
    if (size > mostBytes || part >= partCount(size) || bytes.length !== expected) {
      throw new ServerError(
        'BAD_REQUEST',
        'The part is not of this file: its place or its length is wrong. Nothing was kept.',
        { partBytes },
      );
    }
    await this.#files.putPart(principal.tenant, hash, principal.user, part, bytes);
  }

  /**
   * Puts a file together from its parts; asked again it says the same. Throws `CONFLICT` where some are missing, `BAD_REQUEST` where the
   * bytes have another hash.
   */
  async commit(principal: Principal, hash: string, size: number): Promise<void> {
    const { tenant, user } = principal;
    if (size > mostBytes) throw new ServerError('TOO_LARGE', 'The file is larger than this server takes.');
    await this.#requireSender(principal, hash);
    if (await this.#hasSent(principal, hash)) return;
    const parts = await this.#files.partsOf(tenant, hash, user);
    const count = partCount(size);
    if (parts.length !== count || parts.some((part, at) => part !== at))
      throw incomplete(count - parts.length);
    const made = await this.#files.assemble(tenant, hash, user, count, size);
    if (made === 'incomplete') throw incomplete(1);
    if (made === 'wrong') {
      await this.#files.forgetParts(tenant, hash, user);
      throw new ServerError('BAD_REQUEST', 'The file did not arrive as it was sent. Send it again.');
    }
    try {
      await this.#transact(tenant, async (sql) => {
        // Waits for whoever takes the same file away at this moment, and makes it too young to be taken away after.
        await sql.run(
          `INSERT INTO central.sync_blob (tenant_id, hash, size) VALUES ($1, $2, $3)
           ON CONFLICT (tenant_id, hash) DO UPDATE SET size = excluded.size, at = now()`,
          [tenant, hash, size],
        );
        await sql.run(
          'INSERT INTO central.sync_blob_holder (tenant_id, hash, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [tenant, hash, user],
        );
        await this.#files.keep(tenant, hash, made.whole);
      });
    } catch (error) {
      await this.#files.discard(made.whole);
      throw error;
    }
    await this.#files.forgetParts(tenant, hash, user);
  }

  /** Bytes of a file from `start` on, to `end` or the last one. Throws `NOT_FOUND` alike for what is not there and what is not to be read. */
  async read(principal: Principal, hash: string, start: number, end: number | null): Promise<BlobRange> {
    const { tenant } = principal;
    const size = (await this.#transact(tenant, (sql) => mayRead(sql, principal, hash)))
      ? await this.#files.size(tenant, hash)
      : null;
    if (size === null) throw new ServerError('NOT_FOUND', 'There is no such file that you may read.');
    const last = Math.min(end ?? size - 1, size - 1);
    if (size > 0 && start > last)
      throw new ServerError('BAD_REQUEST', 'The file ends before the range begins.', { size });
    return { stream: this.#files.read(tenant, hash, start, Math.max(last, 0)), start, end: last, size };
  }

  /** Removes files that no row names and that are older than this. Answers with their number. */
  async collect(tenant: string, olderThanMs: number): Promise<number> {
    const found = await this.#transact(tenant, (sql) =>
      sql.rows<{ hash: string }>(`SELECT hash FROM central.sync_blob AS blob WHERE ${unnamed}`, [
        tenant,
        olderThanMs,
      ]),
    );
    let gone = 0;
    for (const { hash } of found) if (await this.#remove(tenant, hash, olderThanMs)) gone += 1;
    return gone;
  }

  /** Removes what was left of uploads that nobody goes on with. */
  forgetAbandoned(tenant: string, now: number): Promise<void> {
    return this.#files.forgetPartsBefore(tenant, now - abandonedMs);
  }

  /**
   * Takes one file away where still no row names it. The bytes go first: where the process ends in between, the file counts as missing,
   * and the next time finishes it.
   */
  #remove(tenant: string, hash: string, olderThanMs: number): Promise<boolean> {
    return this.#transact(tenant, async (sql) => {
      const gone = await sql.run(`DELETE FROM central.sync_blob AS blob WHERE ${unnamed} AND hash = $3`, [
        tenant,
        olderThanMs,
        hash,
      ]);
      if (gone === 0) return false;
      await sql.run('DELETE FROM central.sync_blob_holder WHERE tenant_id = $1 AND hash = $2', [
        tenant,
        hash,
      ]);
      await this.#files.remove(tenant, hash);
      return true;
    });
  }

  async #hasSent({ tenant, user }: Principal, hash: string): Promise<boolean> {
    const held = await this.#transact(tenant, (sql) =>
      sql.first<{ size: string }>(
        `SELECT size FROM central.sync_blob_holder JOIN central.sync_blob USING (tenant_id, hash)
          WHERE tenant_id = $1 AND hash = $2 AND user_id = $3`,
        [tenant, hash, user],
      ),
    );
    return held !== null && (await this.#files.size(tenant, hash)) === Number(held.size);
  }

  #requireSender(principal: Principal, hash: string): Promise<void> {
    return this.#transact(principal.tenant, async (sql) => {
      await requireWriter(sql, principal);
      await requireAllowed(sql, principal, hash);
    });
  }

  #transact<T>(tenantId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return transact(this.#pool, { tenantId }, work);
  }
}

/** Files of the tenant $1, older than $2 milliseconds, that no row names in any column. */
const unnamed = `tenant_id = $1 AND at < now() - $2 * interval '1 millisecond' AND NOT EXISTS (${hashColumns(
  'file',
)
  .map(
    ({ entity, column }) =>
      `SELECT FROM central.${entity} AS row WHERE row.tenant_id = $1 AND row.${column} = blob.hash`,
  )
  .join(' UNION ALL ')})`;

function partCount(size: number): number {
  return Math.max(1, Math.ceil(size / partBytes));
}

function incomplete(missing: number): ServerError {
  return new ServerError(
    'CONFLICT',
    'Parts of the file are missing. Ask which are there and send the others.',
    { missing },
  );
}
