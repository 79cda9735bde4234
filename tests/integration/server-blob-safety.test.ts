import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { partBytes } from '../../sync/server/blobs/blobs.ts';
import { setPolicy } from '../../sync/server/commands/policy.ts';
import { sha256 } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { beginBlobs, nameFile, sendFile, sendParts } from '../helpers/server-blobs.ts';

const missing = expect.objectContaining({ code: 'NOT_FOUND' }) as Error;
const contentHash = entitySpec('artifacts').columns['content_hash']?.n ?? 0;

describeWithPostgres('files that are asked for by their hash', (postgres) => {
  test('[P10] a row of somebody who has the file opens it to nobody who has put its hash there', async () => {
    const { blobs, ada, ben, users } = await beginBlobs(postgres);
    const [secret, shared] = [await ada.makeSession(), await ada.makeSession()];
    const hash = await sendFile(blobs, ada, Buffer.from('the words of a document'));
    await nameFile(ada, `project:${secret.project}`, hash);
    const scope = `project:${shared.project}`;
    const member = { project_id: shared.project, author_id: users.ben, role: 'editor' };
    await ada.push(ada.transaction([ada.insert('project_members', scope, member)]));
    const { artifact, stamp } = await nameFile(ada, scope, sha256('another'));
    const put = ben.update(artifact, [[contentHash, hash, [stamp]]]);
    await ben.push(ben.transaction([put]));
    await expect(blobs.read(ben.principal, hash, 0, null)).rejects.toEqual(missing);
  });

  test('[P10] whether a file is taken says nothing of documents that its sender may not see', async () => {
    const { blobs, ada, ben, server, tenant } = await beginBlobs(postgres);
    const hidden = await ada.makeSession();
    await nameFile(ada, `project:${hidden.project}`, sha256('known to all'));
    await setPolicy({ pool: server }, `t-${tenant}`, { level_rules: { restricted: { sync: 'withhold' } } });
    const answerTo = (words: string) =>
      blobs.put(ben.principal, sha256(words), 0, words.length, Buffer.from(words)).then(
        () => 'taken',
        ({ code }: { code: string }) => code,
      );
    expect(await answerTo('known to all')).toBe(await answerTo('known to nobody'));
  });
});

describeWithPostgres('files that arrive twice at once, or half', (postgres) => {
  test('a file that is asked to be put together again while it is, is whole when the first says so', async () => {
    const { blobs, ada, files, folder, tenant } = await beginBlobs(postgres);
    const bytes = randomBytes(partBytes + 1000);
    const hash = await sendParts(blobs, ada, bytes);
    const { principal } = ada;
    const parts = join(folder, tenant, 'parts', hash, principal.user);
    const isWritten = () =>
      readdirSync(parts).some(
        (name) => name.startsWith('whole') && statSync(join(parts, name)).size === bytes.length,
      );
    const first = blobs.commit(principal, hash, bytes.length);
    while (existsSync(parts) && !isWritten()) await setImmediate();
    await Promise.allSettled([first, blobs.commit(principal, hash, bytes.length)]);
    expect(sha256(await buffer(files.read(tenant, hash, 0, bytes.length - 1)))).toBe(hash);
    expect(await blobs.state(principal, hash)).toEqual({ state: 'stored', parts: [] });
    await blobs.commit(principal, hash, bytes.length);
    expect(existsSync(parts)).toBe(false);
  });

  test('a file that is sent again while it is taken away is there afterwards, or counts as missing', async () => {
    const { blobs, ada, files, tenant } = await beginBlobs(postgres);
    const bytes = Buffer.from('named by nobody');
    for (let round = 0; round < 12; round += 1) {
      const hash = await sendFile(blobs, ada, bytes);
      await files.remove(tenant, hash);
      await sendParts(blobs, ada, bytes);
      const [, collected] = await Promise.all([
        blobs.commit(ada.principal, hash, bytes.length),
        blobs.collect(tenant, 0),
      ]);
      const { state } = await blobs.state(ada.principal, hash);
      expect(state === 'stored').toBe((await files.size(tenant, hash)) !== null);
      expect(state === 'stored' || collected > 0).toBe(true);
    }
  });

  test('a file whose bytes are gone is not read, counts as missing, and is sent again', async () => {
    const { blobs, ada, files, tenant } = await beginBlobs(postgres);
    const { project } = await ada.makeSession();
    const bytes = Buffer.from('lost with a disk');
    const hash = await sendFile(blobs, ada, bytes);
    await nameFile(ada, `project:${project}`, hash);
    await files.remove(tenant, hash);
    expect(await blobs.state(ada.principal, hash)).toEqual({ state: 'missing', parts: [] });
    await expect(blobs.read(ada.principal, hash, 0, null)).rejects.toEqual(missing);
    await sendFile(blobs, ada, bytes);
    expect(String(await buffer((await blobs.read(ada.principal, hash, 0, null)).stream))).toBe(String(bytes));
  });

  test('what is left of an upload goes after a week without another part', async () => {
    const { blobs, ada, folder, tenant } = await beginBlobs(postgres);
    const sent = await sendParts(blobs, ada, Buffer.from('begun'));
    const day = 86_400_000;
    await blobs.forgetAbandoned(tenant, Date.now() + 6 * day);
    expect((await blobs.state(ada.principal, sent)).state).toBe('pending');
    await blobs.forgetAbandoned(tenant, Date.now() + 8 * day);
    expect((await blobs.state(ada.principal, sent)).state).toBe('missing');
    expect(readdirSync(join(folder, tenant, 'parts'))).toEqual([]);
  });
});
