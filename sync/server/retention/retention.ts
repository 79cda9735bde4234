import { type EntityName, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { type Sql, transact } from '../database/pool.ts';
import type { FeedEnvironment } from '../feed/environment.ts';
import type { RowKey } from '../feed/store.ts';
import { purgeRows } from '../feed/replay-purges.ts';
import { privacySettingsOf } from '../identity/devices.ts';
import { announce } from '../http/between-processes.ts';
import { holdNumbering } from '../store/hold-numbering.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import type pg from 'pg';
import { type Due, dueRows } from './due-rows.ts';

/** What retention works on. */
export interface RetentionParts {
  readonly pool: pg.Pool;
  readonly store: PostgresStore;
  readonly environment: FeedEnvironment;
  readonly blobs: Blobs;
}

/** Rows by entity that are due or were purged, and how many a legal hold keeps. */
export interface RetentionReport {
  readonly rows: Readonly<Record<string, number>>;
  readonly total: number;
  readonly held: number;
  /** Documents that no row names any more. */
  readonly files: number;
}

/** A file may arrive this long before the row that names it. */
const uploadMs = 60_000;
/** Rows looked for at once. */
const batch = 1000;

/** What is due now, at most `limit` rows that grew old by themselves with what belongs to them. Nothing is changed. */
export async function showDue(
  { pool, environment }: RetentionParts,
  tenant: string,
): Promise<RetentionReport> {
  const due = await transact(pool, { tenantId: tenant }, (sql) =>
    dueNow(sql, environment, tenant, 10 * batch),
  );
  return { ...counted(due), files: 0 };
}

/**
 * Purges what is due: the ids go to the ledger before the rows, so that no restore brings them back; rows, replaced values in the log and bodies in
 * the database; documents that nothing names; laptops lose their copies by the feed. What is left half done by an end of the process
 * is done by the next run.
 */
export async function runRetention(parts: RetentionParts, tenant: string): Promise<RetentionReport> {
  const { pool, environment, blobs } = parts;
  const rows: Record<string, number> = {};
  const passed = new Set<string>();
  let [total, held] = [0, 0];
  for (;;) {
    const due = await transact(pool, { tenantId: tenant }, (sql) =>
      dueNow(sql, environment, tenant, batch, passed),
    );
    held += due.held;
    for (const root of due.keptRoots) passed.add(root);
    if (due.rows.length === 0 && due.keptRoots.length === 0) break;
    if (due.rows.length === 0) continue;
    // What kept a row young may be among these: all are asked again.
    passed.clear();
    held = 0;
    const purged = await purgeStillDue(parts, tenant, due);
    for (const [entity, count] of Object.entries(counted(purged).rows))
      rows[entity] = (rows[entity] ?? 0) + count;
    total += purged.rows.length;
  }
  const files = total === 0 ? 0 : await blobs.collect(tenant, uploadMs);
  if (total > 0) {
    await transact(pool, { tenantId: tenant }, (sql) => recordRun(sql, tenant, { rows, total, files }));
    await announce(pool, tenant, null);
  }
  return { rows, total, held, files };
}

async function dueNow(
  sql: Sql,
  { now }: FeedEnvironment,
  tenant: string,
  limit: number,
  passed: ReadonlySet<string> = new Set(),
  among: readonly string[] | null = null,
): Promise<Due> {
  const settings = await privacySettingsOf(sql);
  return dueRows(sql, { tenant, settings, now: now(), limit, passed, among });
}

/**
 * Purges what is due of these rows when nothing more can be numbered: what somebody has worked on meanwhile, and what was put under a
 * hold, is not due any more (P32).
 */
function purgeStillDue({ store, environment }: RetentionParts, tenant: string, found: Due): Promise<Due> {
  return store.writeOver(tenant, async (tx) => {
    await tx.lockRows(keysOf(found));
    await holdNumbering(tx.sql, tenant);
    const due = await dueNow(tx.sql, environment, tenant, batch, new Set(), found.roots);
    if (due.rows.length === 0) return due;
    await environment.ledger.append(tenant, keysOf(due));
    await purgeRows(tx, environment, keysOf(due));
    return due;
  });
}

function keysOf({ rows }: Due): RowKey[] {
  return rows.map(({ entity, id }) => ({ entity: entitySpec(entity).n, id }));
}

function counted({ rows, held }: Pick<Due, 'rows' | 'held'>): Omit<RetentionReport, 'files'> {
  const counts: Partial<Record<EntityName, number>> = {};
  for (const { entity } of rows) counts[entity] = (counts[entity] ?? 0) + 1;
  return { rows: counts as Record<string, number>, total: rows.length, held };
}

async function recordRun(sql: Sql, tenant: string, details: object): Promise<void> {
  await sql.run('SELECT governance.record_event($1)', [
    {
      event_type: 'data_modification',
      event_category: 'data',
      action: 'retention.run',
      resource_type: 'tenant',
      resource_id: tenant,
      details,
    },
  ]);
}
