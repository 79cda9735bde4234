import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { transact } from '../../sync/server/database/pool.ts';
import { makeTenant } from '../helpers/feed.ts';
import { describeWithPostgres, type TestDatabase } from '../helpers/postgres.ts';

/** Writes rows of an entity's central table directly: figures are about what stands there. */
async function put(
  { admin }: TestDatabase,
  table: string,
  tenant: string,
  user: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (const row of rows) {
    const all: Record<string, unknown> = {
      tenant_id: tenant,
      id: randomUUID(),
      _scope: 'tenant',
      _deleted: false,
      _inserted: '',
      _by: user,
      created_at: '2026-03-01T10:00:00Z',
      created_by: user,
      ...row,
    };
    const names = Object.keys(all);
    const places = names.map((_, at) => `$${at + 1}`);
    await admin.query(
      `INSERT INTO central.${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(all),
    );
  }
}

describeWithPostgres('figures of sessions', (postgres) => {
  const start = async () => {
    const database = await postgres.database();
    const [north, south] = [
      await makeTenant(database.admin, { ada: 'owner' }),
      await makeTenant(database.admin, { eve: 'owner' }),
    ];
    const [running, finished] = [randomUUID(), randomUUID()];
    const { tenant, users } = north;
    await put(database, 'research_sessions', tenant, users.ada, [
      { id: running, title: 'Running', status: 'active' },
      {
        id: finished,
        title: 'Finished',
        status: 'completed',
        started_at: '2026-03-02T00:00:00Z',
        completed_at: '2026-03-02T03:00:00Z',
      },
      { title: 'In the trash', status: 'active', _deleted: true },
      { title: 'Long ago', status: 'completed', started_at: '2020-01-01T00:00:00Z' },
    ]);
    await put(database, 'evidence', tenant, users.ada, [
      { session_id: running, created_at: '2026-03-05T00:00:00Z' },
      { session_id: running },
      { session_id: running, _deleted: true },
      { session_id: finished },
    ]);
    await put(database, 'research_claims', tenant, users.ada, [
      { session_id: running, consensus_reached: true },
      { session_id: running },
      { session_id: running },
      { session_id: running, merged_into: randomUUID() },
    ]);
    await put(database, 'research_sessions', south.tenant, south.users.eve, [
      { title: 'Of others', status: 'active' },
    ]);
    return { database, north, south, running };
  };

  test('an active session has its own counts, not the product of them', async () => {
    const { database, north, running } = await start();
    const rows = await transact(database.server, { tenantId: north.tenant }, (sql) =>
      sql.rows('SELECT * FROM central.v_active_sessions'),
    );
    expect(rows).toMatchObject([
      {
        session_id: running,
        title: 'Running',
        user_id: north.users.ada,
        evidence_count: '2',
        claims_count: '3',
        last_activity: '2026-03-05T00:00:00.000Z',
      },
    ]);
  });

  test('statistics count each kind once, within the span, and only behind the own wall', async () => {
    const { database, north, south } = await start();
    const statistics = (acting: string, tenant: string) =>
      transact(database.server, { tenantId: acting }, (sql) =>
        sql.first("SELECT * FROM central.get_session_statistics($1, '2026-03-01', '2026-04-01')", [tenant]),
      );
    expect(await statistics(north.tenant, north.tenant)).toEqual({
      total_sessions: '2',
      completed_sessions: '1',
      avg_duration_hours: '3.00',
      total_evidence: '3',
      total_claims: '3',
      avg_claims_per_session: '1.50',
      consensus_rate: '33.33',
    });
    expect(await statistics(south.tenant, north.tenant)).toEqual({
      total_sessions: '0',
      completed_sessions: '0',
      avg_duration_hours: null,
      total_evidence: '0',
      total_claims: '0',
      avg_claims_per_session: null,
      consensus_rate: null,
    });
  });
});
