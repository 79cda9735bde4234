import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs, partBytes } from '../../sync/server/blobs/blobs.ts';
import { createBackup } from '../../sync/server/commands/backup/create.ts';
import { errorFor } from '../../sync/server/http/answer.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { makeTenant, makeUser } from '../../sync/server/commands/tenants.ts';
import { openDatabase, withClient } from '../../sync/server/open-database.ts';
import { PurgeLedgerFile } from '../../sync/server/purge-ledger.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { password } from '../helpers/server-identity.ts';
import { beginBlobs, sendFile, sendParts } from '../helpers/server-blobs.ts';
import { lackOfSmallDisk, type SmallDisk, smallDisk } from '../helpers/small-disk.ts';

function diskOf(megabytes: number): SmallDisk {
  const disk = smallDisk(megabytes);
  onTestFinished(disk.close);
  return disk;
}

/** What somebody is answered in whose request this fails. */
async function answerTo(failing: Promise<unknown>) {
  const error: unknown = await failing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) throw new Error('There was room.');
  return errorFor(error, silentLog);
}

const full = { code: 'UNAVAILABLE', details: { retryAfter: 60 } };

describeUnless(lackOfSmallDisk(), 'a server whose disk is full', () => {
  describeWithPostgres('files and the list of purged rows', (postgres) => {
    test('a part and a file that find no room leave nothing behind, and are taken once there is', async () => {
      const { admin, server, ada, tenant } = await beginBlobs(postgres);
      const disk = diskOf(10);
      const blobs = new Blobs(server, new BlobFiles(disk.folder));
      const small = await sendFile(blobs, ada, Buffer.from('It was there before.'));
      const bytes = randomBytes(partBytes - 1);
      const hash = await sendParts(blobs, ada, bytes);
      const parts = join(disk.folder, tenant, 'parts', hash, ada.principal.user);
      disk.fill();
      expect(await answerTo(blobs.commit(ada.principal, hash, bytes.length))).toMatchObject(full);
      expect(await answerTo(sendParts(blobs, ada, randomBytes(100_000)))).toMatchObject(full);
      expect(readdirSync(parts)).toEqual(['0']);
      expect(await blobs.state(ada.principal, hash)).toEqual({ state: 'pending', parts: [0] });
      expect(await blobs.state(ada.principal, small)).toMatchObject({ state: 'stored' });
      disk.makeRoom();
      // There is room for the file and none in the database.
      await admin.query('ALTER TABLE central.sync_blob ADD CONSTRAINT no_room CHECK (size < 100) NOT VALID');
      await expect(blobs.commit(ada.principal, hash, bytes.length)).rejects.toThrow('no_room');
      expect(readdirSync(parts)).toEqual(['0']);
      await admin.query('ALTER TABLE central.sync_blob DROP CONSTRAINT no_room');
      await blobs.commit(ada.principal, hash, bytes.length);
      expect(await blobs.state(ada.principal, hash)).toMatchObject({ state: 'stored' });
      expect(existsSync(parts)).toBe(false);
    });

    test('[P15] a purge that finds no room in the list is not acknowledged, and stands there whole when it is sent again', async () => {
      const { ada, server } = await beginBlobs(postgres);
      const disk = diskOf(1);
      const ledger = new PurgeLedgerFile(join(disk.folder, 'purged.ndjson'));
      const environment = { ...testEnvironment(), ledger };
      const laptop = new TestLaptop(new PostgresStore(server), environment, ada.principal, ada.epoch);
      const { session, scope } = await laptop.makeSession();
      const made = Array.from({ length: 300 }, () =>
        laptop.insert('evidence', scope, { session_id: session }),
      );
      await laptop.push(laptop.transaction(made));
      const purges = made.map(({ entity, row }) => ({ op: 'purge' as const, entity, row, scope }));
      const earlier = { entity: 6, id: session };
      await ledger.append(ada.principal.tenant, [earlier]);
      disk.fill();
      const request = laptop.request([laptop.transaction(purges)]);
      for (let tries = 0; tries < 3; tries += 1) {
        expect(await answerTo(laptop.send(request))).toMatchObject(full);
        expect(await ledger.read()).toEqual([{ tenant: ada.principal.tenant, ...earlier }]);
      }
      disk.makeRoom();
      expect((await laptop.send(request)).results).toMatchObject([{ st: 'applied' }]);
      const listed = (await ledger.read()).map(({ id }) => id);
      expect(listed).toEqual([session, ...made.map(({ row }) => row)]);
    });
  });

  test('a backup that finds no room is not there, and nobody takes their edits for safe', async () => {
    const data = mkdtempSync(join(tmpdir(), 'workbench-server-'));
    chmodSync(data, 0o711);
    const database = await openDatabase({ data });
    onTestFinished(async () => {
      await database.close();
      rmSync(data, { recursive: true, force: true });
    });
    const { tenantId: tenant } = await makeTenant(database, { name: 'North' });
    const person = { tenant: 'north', email: 'a@north.example', role: 'owner', password } as const;
    const { userId: user } = await makeUser(database, person);
    const epoch = await beginEpoch(database.pool);
    const laptop = new TestLaptop(
      new PostgresStore(database.pool),
      testEnvironment(),
      { tenant, user },
      epoch,
    );
    await laptop.makeSession();
    const disk = diskOf(1);
    const file = join(disk.folder, 'server.backup');
    disk.fill();
    await expect(createBackup(database, file)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(disk.folder)).toEqual(['ballast']);
    const upto = 'SELECT max(backed_up) AS upto FROM central.sync_client';
    const { rows } = await withClient(database.adminUrl, (client) => client.query(upto));
    expect(rows).toEqual([{ upto: '0' }]);
    disk.makeRoom();
    expect(await createBackup(database, file)).toMatchObject({ clients: 1 });
  });
});
