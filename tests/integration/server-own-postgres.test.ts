import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackup } from '../../sync/server/commands/backup/create.ts';
import { restoreBackup } from '../../sync/server/commands/backup/restore.ts';
import { examineServer } from '../../sync/server/commands/doctor.ts';
import { listTenants, makeTenant, makeUser } from '../../sync/server/commands/tenants.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type Cluster, startCluster } from '../../sync/server/database/embedded/cluster.ts';
import { migrateDown } from '../../sync/server/database/migrate.ts';
import { openDatabase, withClient } from '../../sync/server/open-database.ts';
import { signIn } from '../helpers/server-identity.ts';

describeUnless(
  lackOfBinaries(),
  "a PostgreSQL of one's own",
  () => {
    let folder: string;
    let cluster: Cluster;
    const url = (user: string, database: string) =>
      `postgresql://${user}:pass%20word@127.0.0.1:${cluster.port}/${database}`;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'workbench-own-'));
      chmodSync(folder, 0o711);
      cluster = await startCluster({
        folder: join(folder, 'theirs'),
        password: 'pass word',
        settings: { fsync: 'off' },
      });
      await withClient(url('postgres', 'postgres'), async (client) => {
        await client.query("CREATE ROLE institute LOGIN CREATEROLE PASSWORD 'pass word'");
        await client.query('CREATE DATABASE research OWNER institute');
        await client.query('CREATE DATABASE again OWNER institute');
      });
    });
    afterAll(async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test('needs no superuser: who owns the database and may make roles migrates, backs up, restores and takes back', async () => {
      const place = { data: join(folder, 'data'), databaseUrl: url('institute', 'research') };
      const database = await openDatabase(place);
      await makeTenant(database, { name: 'North' });
      await makeUser(database, {
        tenant: 'north',
        email: 'a@north.example',
        role: 'owner',
        password: 'correct horse battery',
      });
      expect((await signIn(database.identity, 'a@north.example')).role).toBe('owner');
      expect((await examineServer(database)).problems).toEqual([]);
      const file = join(folder, 'own.backup');
      await createBackup(database, file);
      await expect(restoreBackup(place, file, { replace: false })).rejects.toThrow('holds something already');
      await expect(restoreBackup(place, file, { replace: true })).rejects.toThrow('it is not replaced');
      await database.close();

      const other = { data: place.data, databaseUrl: url('institute', 'again') };
      await restoreBackup(other, file, { replace: false });
      const restored = await openDatabase(other);
      expect((await listTenants(restored.adminUrl)).map(({ slug }) => slug)).toEqual(['north']);
      expect((await examineServer(restored)).problems).toEqual([]);
      await restored.close();
      expect(await migrateDown(other.databaseUrl, 100)).not.toHaveLength(0);
    });

    test('is not stopped with the server, and a wrong address is a sentence', async () => {
      const wrong = { data: join(folder, 'data'), databaseUrl: url('nobody', 'research') };
      await expect(openDatabase(wrong)).rejects.toThrow('cannot be reached with this address');
      const still = await withClient(url('postgres', 'postgres'), (client) =>
        client.query('SELECT 1 AS one'),
      );
      expect(still.rows).toEqual([{ one: 1 }]);
    });
  },
  { timeout: 240_000 },
);
