import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { hashColumns } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs, partBytes } from '../../sync/server/blobs/blobs.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { beginBlobs, blobFolder, nameFile, sendFile } from '../helpers/server-blobs.ts';
import { signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';

const missing = expect.objectContaining({ code: 'NOT_FOUND' }) as Error;

describeWithPostgres('files', (postgres) => {
  test('arrive in parts, go on where they stopped, and are read by ranges', async () => {
    const { blobs, ada } = await beginBlobs(postgres);
    const bytes = randomBytes(partBytes * 2 + 100);
    const hash = sha256(bytes);
    const { principal } = ada;
    const put = (part: number) =>
      blobs.put(
        principal,
        hash,
        part,
        bytes.length,
        bytes.subarray(part * partBytes, (part + 1) * partBytes),
      );
    expect(await blobs.state(principal, hash)).toEqual({ state: 'missing', parts: [] });
    await put(2);
    await put(0);
    await expect(blobs.commit(principal, hash, bytes.length)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await blobs.state(principal, hash)).toEqual({ state: 'pending', parts: [0, 2] });
    await put(1);
    await blobs.commit(principal, hash, bytes.length);
    expect(await blobs.state(principal, hash)).toEqual({ state: 'stored', parts: [] });
    const { project } = await ada.makeSession();
    await nameFile(ada, `project:${project}`, hash);
    const whole = await blobs.read(principal, hash, 0, null);
    expect(sha256(await buffer(whole.stream))).toBe(hash);
    const { stream, size } = await blobs.read(principal, hash, partBytes - 5, partBytes + 4);
    expect(await buffer(stream)).toEqual(bytes.subarray(partBytes - 5, partBytes + 5));
    expect(size).toBe(bytes.length);
    await expect(blobs.read(principal, hash, size, null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('of other bytes than their name says are not kept', async () => {
    const { blobs, ada, viv } = await beginBlobs(postgres);
    const [bytes, hash] = [randomBytes(1000), sha256('another')];
    await blobs.put(ada.principal, hash, 0, 1000, bytes);
    await expect(blobs.commit(ada.principal, hash, 1000)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await blobs.state(ada.principal, hash)).toEqual({ state: 'missing', parts: [] });
    const short = blobs.put(ada.principal, hash, 0, 2000, bytes);
    await expect(short).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const viewer = blobs.put(viv.principal, hash, 0, 1000, bytes);
    await expect(viewer).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('[P10] a hash alone opens nothing: not without a row that may be read, not by a row of one’s own', async () => {
    const { blobs, ada, ben, users } = await beginBlobs(postgres);
    const { project } = await ada.makeSession();
    const own = await ben.makeSession();
    const hash = await sendFile(blobs, ada, Buffer.from('the words of a document'));
    await nameFile(ada, `project:${project}`, hash);
    await expect(blobs.read(ben.principal, hash, 0, null)).rejects.toEqual(missing);
    await nameFile(ben, `project:${own.project}`, hash);
    await expect(blobs.read(ben.principal, hash, 0, null)).rejects.toEqual(missing);
    expect(await blobs.state(ben.principal, hash)).toEqual({ state: 'missing', parts: [] });
    const member = ada.insert('project_members', `project:${project}`, {
      project_id: project,
      author_id: users.ben,
      role: 'reader',
    });
    await ada.push(ada.transaction([member]));
    const { stream } = await blobs.read(ben.principal, hash, 0, null);
    expect(String(await buffer(stream))).toBe('the words of a document');
  });

  test('go over HTTP in parts and ranges, for who is signed in', async () => {
    const database = await postgres.database();
    const folder = blobFolder();
    const identity = testIdentity(database);
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner']);
    const { accessToken } = await signIn(identity, 'owner@north.example');
    const blobs = new Blobs(database.server, new BlobFiles(folder));
    const app = await createEdge({ identity, log: silentLog, version: '0', blobs });
    onTestFinished(() => app.close());
    const store = new PostgresStore(database.server);
    const epoch = await beginEpoch(database.server);
    const laptop = new TestLaptop(
      store,
      testEnvironment(identity.now),
      { tenant: tenantId, user: people['owner'] ?? '' },
      epoch,
    );
    const { project } = await laptop.makeSession();
    const bytes = Buffer.from('bytes of a file');
    const hash = sha256(bytes);
    await nameFile(laptop, `project:${project}`, hash);
    const ask = (
      method: 'GET' | 'PUT' | 'POST',
      url: string,
      payload?: Buffer,
      more: Record<string, string> = {},
    ) =>
      app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${accessToken}`, ...more },
        ...(payload === undefined ? {} : { payload }),
      });
    const plain = { 'content-type': 'application/octet-stream' };
    const size = bytes.length;
    expect((await ask('PUT', `/v1/blob/${hash}/0?size=${size}`, bytes, plain)).statusCode).toBe(204);
    expect((await ask('GET', `/v1/blob/${hash}/state`)).json()).toEqual({ state: 'pending', parts: [0] });
    expect((await ask('POST', `/v1/blob/${hash}/commit?size=${size}`)).statusCode).toBe(204);
    const part = await ask('GET', `/v1/blob/${hash}`, undefined, { range: 'bytes=6-7' });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      'of',
      `bytes 6-7/${size}`,
    ]);
    expect((await ask('GET', `/v1/blob/${hash}`)).body).toBe(String(bytes));
    expect((await app.inject({ method: 'GET', url: `/v1/blob/${hash}` })).statusCode).toBe(401);
    const wrong = [
      '/v1/blob/..%2f..%2fetc/state',
      `/v1/blob/${hash.slice(1)}/state`,
      `/v1/blob/${hash}/-1?size=3`,
    ];
    for (const url of wrong) expect((await ask('GET', url)).statusCode).toBeLessThan(500);
    expect((await ask('PUT', `/v1/blob/${hash}/0?size=abc`, bytes, plain)).json()).toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('that no row names any more go, bytes and all', async () => {
    const { blobs, ada, tenant, folder } = await beginBlobs(postgres);
    const { project } = await ada.makeSession();
    const [kept, gone] = [
      await sendFile(blobs, ada, Buffer.from('kept')),
      await sendFile(blobs, ada, Buffer.from('gone')),
    ];
    await nameFile(ada, `project:${project}`, kept);
    expect(await blobs.collect(tenant, 60_000)).toBe(0);
    expect(await blobs.collect(tenant, 0)).toBe(1);
    const path = (hash: string) => join(folder, tenant, hash.slice(0, 2), hash);
    expect([existsSync(path(kept)), existsSync(path(gone))]).toEqual([true, false]);
    await sendFile(blobs, ada, Buffer.from('gone'));
    expect(existsSync(path(gone))).toBe(true);
  });

  test.each(hashColumns('file'))(
    'that the column $column of $entity names stay, are read by who reads the row, and go with it',
    async ({ entity, column }) => {
      const { blobs, ada, ben, tenant } = await beginBlobs(postgres);
      const { project } = await ada.makeSession();
      const scope = `project:${project}`;
      const hash = await sendFile(blobs, ada, randomBytes(1000));
      const artifact = ada.insert('artifacts', scope, {
        content_hash: sha256('another'),
        artifact_type: 'pdf',
      });
      const required: Readonly<Record<string, Json>> =
        entity === 'artifacts'
          ? { content_hash: sha256('another') }
          : { artifact_id: artifact.row, extractor: 'pdf', extractor_version: '1' };
      const row = ada.insert(entity, scope, { ...required, [column]: hash });
      const { results } = await ada.push(ada.transaction([artifact, row]));
      expect(results.map(({ st }) => st)).toEqual(['applied']);
      expect(await blobs.collect(tenant, 0)).toBe(0);
      expect((await blobs.read(ada.principal, hash, 0, null)).size).toBe(1000);
      await expect(blobs.read(ben.principal, hash, 0, null)).rejects.toEqual(missing);
      await ada.push(ada.transaction([{ op: 'purge', entity: row.entity, row: row.row, scope }]));
      await expect(blobs.read(ada.principal, hash, 0, null)).rejects.toEqual(missing);
      expect(await blobs.collect(tenant, 0)).toBe(1);
    },
  );

  test('every column that names files is found by its hash without reading the whole table', async () => {
    const { admin } = await beginBlobs(postgres);
    const { rows } = await admin.query<{ tablename: string; indexdef: string }>(
      `SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'central'`,
    );
    for (const { entity, column } of hashColumns('file')) {
      const keys = rows.flatMap(({ tablename, indexdef }) => (tablename === entity ? [indexdef] : []));
      expect(keys.join('\n')).toContain(`(tenant_id, ${column})`);
    }
  });
});
