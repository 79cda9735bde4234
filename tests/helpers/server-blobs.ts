import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs, partBytes } from '../../sync/server/blobs/blobs.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from './feed.ts';
import type { TestPostgres } from './postgres.ts';

/** A server's folder of files, gone with the test. */
export function blobFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files of an organisation with two who write and one who reads. */
export async function beginBlobs(postgres: TestPostgres) {
  const { admin, server } = await postgres.database();
  const folder = blobFolder();
  const { tenant, users } = await makeTenant(admin, { ada: 'analyst', ben: 'analyst', viv: 'viewer' });
  const store = new PostgresStore(server);
  const epoch = await beginEpoch(server);
  const laptop = (user: string) => new TestLaptop(store, testEnvironment(), { tenant, user }, epoch);
  const files = new BlobFiles(folder);
  return {
    admin,
    server,
    folder,
    tenant,
    users,
    files,
    blobs: new Blobs(server, files),
    ada: laptop(users.ada),
    ben: laptop(users.ben),
    viv: laptop(users.viv),
  };
}

/** Sends the parts of a file. */
export async function sendParts(blobs: Blobs, of: TestLaptop, bytes: Buffer): Promise<string> {
  const hash = sha256(bytes);
  for (let part = 0; part * partBytes < Math.max(1, bytes.length); part += 1) {
    const slice = bytes.subarray(part * partBytes, (part + 1) * partBytes);
    await blobs.put(of.principal, hash, part, bytes.length, slice);
  }
  return hash;
}

/** Sends a file whole. */
export async function sendFile(blobs: Blobs, of: TestLaptop, bytes: Buffer): Promise<string> {
  const hash = await sendParts(blobs, of, bytes);
  await blobs.commit(of.principal, hash, bytes.length);
  return hash;
}

/** Makes a document that names a file. */
export async function nameFile(of: TestLaptop, scope: string, hash: string) {
  const artifact = of.insert('artifacts', scope, { content_hash: hash, artifact_type: 'pdf' });
  const made = of.transaction([artifact]);
  expect((await of.push(made)).results[0]?.st).toBe('applied');
  return { artifact, stamp: made.stamp };
}
