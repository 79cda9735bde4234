import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { makeKeyFile, readKeyFile } from '../../sync/server/commands/backup/backup-key.ts';
import { createBackup } from '../../sync/server/commands/backup/create.ts';
import { isRestoring, restoreBackup } from '../../sync/server/commands/backup/restore.ts';
import { examineServer } from '../../sync/server/commands/doctor.ts';
import { makeTenant, makeUser } from '../../sync/server/commands/tenants.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { transact } from '../../sync/server/database/pool.ts';
import { type OpenDatabase, openDatabase, withClient } from '../../sync/server/open-database.ts';
import { PurgeLedgerFile } from '../../sync/server/purge-ledger.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { signIn } from '../helpers/server-identity.ts';

const secret = 'words that must not come back';

describeUnless(
  lackOfBinaries(),
  'backups of the server',
  () => {
    const folders: string[] = [];
    const open = new Set<OpenDatabase>();
    const folder = () => {
      const made = mkdtempSync(join(tmpdir(), 'workbench-server-'));
      chmodSync(made, 0o711);
      folders.push(made);
      return made;
    };
    const openAt = async (data: string) => {
      const database = await openDatabase({ data });
      open.add(database);
      return database;
    };
    const closeAll = async () => {
      for (const database of open) await database.close();
      open.clear();
    };

    let source: OpenDatabase;
    let laptop: TestLaptop;
    let purged: { entity: number; row: string; scope: string };
    let scope: string;
    let file: string;

    beforeAll(async () => {
      source = await openDatabase({ data: folder() });
      const { tenantId } = await makeTenant(source, { name: 'North' });
      const { userId } = await makeUser(source, {
        tenant: 'north',
        email: 'a@north.example',
        role: 'owner',
        password: 'correct horse battery',
      });
      const store = new PostgresStore(source.pool);
      const environment = { ...testEnvironment(), ledger: new PurgeLedgerFile(source.folder.purgeLedger) };
      laptop = new TestLaptop(
        store,
        environment,
        { tenant: tenantId, user: userId },
        await beginEpoch(source.pool),
      );
      ({ scope } = await laptop.makeSession({ title: 'Kept: tab\t newline\n back\\slash \\. “quotes”' }));
      const doomed = laptop.insert('evidence', scope, { session_id: scope.slice(8), title: secret });
      await laptop.push(laptop.transaction([doomed]));
      purged = doomed;
      await signIn(source.identity, 'a@north.example');
      file = join(folder(), 'server.backup');
      await createBackup(source, file);
      await laptop.push(laptop.transaction([{ op: 'purge', entity: doomed.entity, row: doomed.row, scope }]));
    });
    afterEach(closeAll);
    afterAll(async () => {
      await source.close();
      for (const made of folders) rmSync(made, { recursive: true, force: true });
    });

    const contentOf = (database: OpenDatabase, but: readonly string[] = []) =>
      withClient(database.adminUrl, async (client) => {
        const names = await client.query<{ name: string }>(
          `SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace::regnamespace::text IN ('governance', 'central')
            AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
        );
        const content: Record<string, string> = {};
        for (const { name } of names.rows.filter((each) => !but.includes(each.name))) {
          const found = await client.query<{ sum: string }>(
            `SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS sum FROM ${name} t`,
          );
          content[name] = found.rows[0]?.sum ?? '';
        }
        return content;
      });

    test('every row of every table comes back, but for those that say that it was restored', async () => {
      const before = await contentOf(source);
      const whole = join(folder(), 'whole.backup');
      const made = await createBackup(source, whole);
      expect(made.rows).toBeGreaterThan(20);
      const data = folder();
      const restored = await restoreBackup({ data }, whole, { replace: false });
      expect(restored.rows).toBe(made.rows);
      const target = await openAt(data);
      const changed = [
        'central.sync_epoch',
        'central.sync_client',
        'governance.user_sessions',
        'governance.audit_logs',
        'governance.audit_values',
        'governance.audit_chains',
        'governance.system_config',
      ];
      const after = await contentOf(target, changed);
      for (const name of changed) Reflect.deleteProperty(before, name);
      expect(after).toEqual(before);
      expect((await examineServer(target)).problems).toEqual([]);
    });

    test('a backup from before a purge brings nothing back that was purged, nor takes it from a laptop again', async () => {
      expect((await laptop.pull({ [scope]: '0' })).rows.map((row) => row.i)).toContain(purged.row);
      const data = folder();
      copyFileSync(source.folder.purgeLedger, join(data, 'purged.ndjson'));
      const restored = await restoreBackup({ data }, file, { replace: false });
      expect(restored.purged).toBe(1);
      const target = await openAt(data);
      expect(await isRestoring(target)).toBe(false);
      const text = await withClient(target.adminUrl, async (client) => {
        const found = await client.query<{ n: number }>(
          `SELECT (SELECT count(*) FROM central.sync_row WHERE state LIKE $1)::int
              + (SELECT count(*) FROM central.evidence e WHERE e::text LIKE $1)::int
              + (SELECT count(*) FROM central.sync_log l WHERE l::text LIKE $1)::int AS n`,
          [`%${secret}%`],
        );
        return found.rows[0]?.n;
      });
      expect(text).toBe(0);
      const again = new TestLaptop(
        new PostgresStore(target.pool),
        testEnvironment(),
        laptop.principal,
        restored.epoch,
      );
      const insert = again.insert(
        'evidence',
        scope,
        { session_id: scope.slice(8), title: secret },
        purged.row,
      );
      const answer = await again.push(again.transaction([insert]));
      expect(answer.results).toMatchObject([{ st: 'refused', code: 'PURGED' }]);
      expect((await examineServer(target)).problems).toEqual([]);
    });

    test('a row that was made and purged after the backup is not taken either', async () => {
      const data = folder();
      const never = { entity: entitySpec('evidence').n, id: randomUUID() };
      await new PurgeLedgerFile(join(data, 'purged.ndjson')).append(laptop.principal.tenant, [never]);
      const restored = await restoreBackup({ data }, file, { replace: false });
      expect(restored.purged).toBe(1);
      const target = await openAt(data);
      const again = new TestLaptop(
        new PostgresStore(target.pool),
        testEnvironment(),
        laptop.principal,
        restored.epoch,
      );
      const insert = again.insert('evidence', scope, { session_id: scope.slice(8), title: secret }, never.id);
      expect((await again.push(again.transaction([insert]))).results).toMatchObject([{ st: 'refused' }]);
    });

    test('a restored server is another epoch, and everybody signs in anew', async () => {
      const data = folder();
      const restored = await restoreBackup({ data }, file, { replace: false });
      expect(restored.epoch).not.toBe(laptop.epoch);
      const target = await openAt(data);
      const sessions = await withClient(target.adminUrl, (client) =>
        client.query('SELECT DISTINCT is_active FROM governance.user_sessions'),
      );
      expect(sessions.rows).toEqual([{ is_active: false }]);
      expect((await signIn(target.identity, 'a@north.example')).role).toBe('owner');
    });

    test('laptops learn what is in a backup only once it was read again', async () => {
      const settled = async () =>
        withClient(source.adminUrl, async (client) => {
          const found = await client.query<{ ahead: string }>(
            'SELECT last_mutation - backed_up AS ahead FROM central.sync_client WHERE client_id = $1',
            [laptop.client],
          );
          return found.rows[0]?.ahead;
        });
      await laptop.push(
        laptop.transaction([laptop.insert('evidence', scope, { session_id: scope.slice(8), title: 'x' })]),
      );
      expect(await settled()).not.toBe('0');
      await expect(createBackup(source, join(folder(), 'no', 'such', 'folder'))).rejects.toThrow();
      expect(await settled()).not.toBe('0');
      await createBackup(source, join(folder(), 'good.backup'));
      expect(await settled()).toBe('0');
    });

    test('a backup beside running pushes is of one moment: its digests are those of its rows', async () => {
      let stop = false;
      const pushing = (async () => {
        let pushed = 0;
        while (!stop) {
          const rows = Array.from({ length: 20 }, (_, n) =>
            laptop.insert('evidence', scope, { session_id: scope.slice(8), title: `row ${n}` }),
          );
          await laptop.push(laptop.transaction(rows));
          pushed += 1;
        }
        return pushed;
      })();
      const beside = join(folder(), 'beside.backup');
      try {
        for (let round = 0; round < 3; round += 1) await createBackup(source, beside);
      } finally {
        stop = true;
      }
      expect(await pushing).toBeGreaterThan(3);
      const data = folder();
      await restoreBackup({ data }, beside, { replace: false });
      expect((await examineServer(await openAt(data))).problems).toEqual([]);
    });

    test('a damaged, cut or foreign file is refused before anything is touched', async () => {
      const good = readFileSync(file);
      const bad = join(folder(), 'bad.backup');
      const data = folder();
      const flipped = Buffer.from(good);
      flipped[Math.floor(good.length / 2)] = (flipped[Math.floor(good.length / 2)] ?? 0) ^ 0x10;
      for (const bytes of [
        flipped,
        good.subarray(0, good.length - 20),
        good.subarray(0, 100),
        Buffer.from('no'),
        Buffer.alloc(0),
      ]) {
        writeFileSync(bad, bytes);
        await expect(restoreBackup({ data }, bad, { replace: true })).rejects.toThrow('not a whole backup');
      }
      expect(readdirSync(data)).toEqual([]);
    });

    test('an encrypted backup holds the documents too, shows nothing without its key, and brings all of it back', async () => {
      const words = Buffer.from('words inside of a document'.repeat(9000));
      const hash = createHash('sha256').update(words).digest('hex');
      const { tenant } = laptop.principal;
      await new BlobFiles(source.folder.files).put(
        tenant,
        hash,
        Readable.from([words]) as AsyncIterable<Buffer>,
      );
      await transact(source.pool, { tenantId: tenant }, (sql) =>
        sql.run('INSERT INTO central.sync_blob (tenant_id, hash, size) VALUES ($1, $2, $3)', [
          tenant,
          hash,
          words.length,
        ]),
      );
      const key = join(folder(), 'key');
      await makeKeyFile(key);
      const secret = await readKeyFile(key);

      const sealed = join(folder(), 'sealed.backup');
      expect(await createBackup(source, sealed, secret)).toMatchObject({ files: 1, encrypted: true });

      expect(readFileSync(sealed).includes(words.subarray(0, 26))).toBe(false);
      await expect(restoreBackup({ data: folder() }, sealed, { replace: false })).rejects.toThrow(
        'is encrypted',
      );
      const data = folder();
      const restored = await restoreBackup({ data }, sealed, { replace: false, secret });

      expect(restored.files).toBe(1);
      const target = await openAt(data);
      expect(readFileSync(new BlobFiles(target.folder.files).pathOf(tenant, hash)).equals(words)).toBe(true);
    });

    test('a database that holds something is not overwritten; it can be put aside', async () => {
      const data = folder();
      await restoreBackup({ data }, file, { replace: false });
      await expect(restoreBackup({ data }, file, { replace: false })).rejects.toThrow(
        'holds something already',
      );
      const running = await openAt(data);
      await expect(restoreBackup({ data }, file, { replace: true })).rejects.toThrow('Stop it first');
      expect(running.cluster).not.toBeNull();
      await closeAll();
      const again = await restoreBackup({ data }, file, { replace: true });
      expect(again.kept).toMatch(/postgres\.before-/);
      expect(readdirSync(data).filter((name) => name.startsWith('postgres.before-'))).toHaveLength(1);
    });
  },
  { timeout: 240_000 },
);
