import { open } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import { BlobFiles } from '../../blobs/blob-files.ts';

/** Bytes of a document in one line: a multiple of three, so that lines of base 64 join without padding. */
const lineBytes = 48 * 1024;

const stored = z.object({ tenant_id: z.string(), hash: z.string(), size: z.coerce.number() });

/** A document that the server keeps. */
export interface StoredFile {
  readonly tenant: string;
  readonly hash: string;
  readonly size: number;
}

/** Documents that the snapshot of a client knows, by organisation and hash. */
export async function storedFiles(client: pg.Client): Promise<StoredFile[]> {
  const found = await client.query(
    'SELECT tenant_id, hash, size FROM central.sync_blob ORDER BY tenant_id, hash',
  );
  return found.rows.map((row) => {
    const { tenant_id: tenant, hash, size } = stored.parse(row);
    return { tenant, hash, size };
  });
}

/** True where the bytes of a document are there: what was purged since the snapshot is not. */
export async function isThere(folder: string, { tenant, hash, size }: StoredFile): Promise<boolean> {
  return (await new BlobFiles(folder).size(tenant, hash)) === size;
}

/** The bytes of a document as lines of base 64. Memory holds one line. */
export async function* base64Lines(folder: string, { tenant, hash }: StoredFile): AsyncGenerator<string> {
  const file = await open(new BlobFiles(folder).pathOf(tenant, hash), 'r');
  try {
    const buffer = Buffer.alloc(lineBytes);
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, lineBytes, at);
      if (bytesRead === 0) return;
      yield `${buffer.subarray(0, bytesRead).toString('base64')}\n`;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
