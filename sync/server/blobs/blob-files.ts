import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What became of the parts of a file: all of it, durable, under a name of its own; or why not. */
export type Assembled = { readonly whole: string } | 'incomplete' | 'wrong';

/**
 * Bytes of files, each tenant in a folder of its own. A file stands under its hash once all of it is there and right; its parts stand
 * beside until then. Whatever is being written has a name that nobody else writes to. Names come from checked ids and hashes only.
 */
export class BlobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where a file stands, whether or not it is there. */
  pathOf(tenant: string, hash: string): string {
    return join(this.#folder, tenant, hash.slice(0, 2), hash);
  }

  #parts(tenant: string, hash: string, user: string): string {
    return join(this.#folder, tenant, 'parts', hash, user);
  }

  /** Keeps one part of one person's upload; the same part again replaces it. */
  async putPart(tenant: string, hash: string, user: string, part: number, bytes: Uint8Array): Promise<void> {
    const folder = this.#parts(tenant, hash, user);
    await mkdir(folder, { recursive: true });
    const made = join(folder, `new-${randomUUID()}`);
    try {
      await writeFile(made, bytes, { flush: true });
      await rename(made, join(folder, String(part)));
    } catch (error) {
      await rm(made, { force: true });
      throw error;
    }
  }

  /** Parts of one person's upload that are there, in order. */
  async partsOf(tenant: string, hash: string, user: string): Promise<number[]> {
    const names = await readdir(this.#parts(tenant, hash, user)).catch(() => []);
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .toSorted((a, b) => a - b);
  }

  async forgetParts(tenant: string, hash: string, user: string): Promise<void> {
    await rm(this.#parts(tenant, hash, user), { recursive: true, force: true });
  }

  /** Puts the parts together; `keep` gives the file its place. Nothing of it is left where they are not the file. */
  async assemble(
    tenant: string,
    hash: string,
    user: string,
    parts: number,
    size: number,
  ): Promise<Assembled> {
    const folder = this.#parts(tenant, hash, user);
    const whole = join(folder, `whole-${randomUUID()}`);
    const digest = createHash('sha256');
    let written = 0;
    try {
      await pipeline(
        async function* joined() {
          for (let part = 0; part < parts; part += 1) {
            for await (const chunk of createReadStream(join(folder, String(part)))) {
              digest.update(chunk as Buffer);
              written += (chunk as Buffer).length;
              yield chunk as Buffer;
            }
          }
        },
        createWriteStream(whole, { flush: true }),
      );
    } catch (error) {
      await rm(whole, { force: true });
      // The same file was put together by another request meanwhile, and its parts are gone.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'incomplete';
      throw error;
    }
    if (digest.digest('hex') === hash && written === size) return { whole };
    await rm(whole, { force: true });
    return 'wrong';
  }

  /** Gives a whole file its place, durably. */
  async keep(tenant: string, hash: string, whole: string): Promise<void> {
    const target = this.pathOf(tenant, hash);
    await mkdir(dirname(target), { recursive: true });
    await rename(whole, target);
    await syncFolder(dirname(target));
  }

  /** Takes away a whole file that did not get its place. */
  async discard(whole: string): Promise<void> {
    await rm(whole, { force: true });
  }

  /** Bytes of a file that is in its place; null where it is not there. */
  async size(tenant: string, hash: string): Promise<number | null> {
    return (await stat(this.pathOf(tenant, hash)).catch(() => null))?.size ?? null;
  }

  /** Removes the parts of uploads to which nothing was added since a time, in milliseconds since 1970. */
  async forgetPartsBefore(tenant: string, time: number): Promise<void> {
    const uploads = join(this.#folder, tenant, 'parts');
    for (const hash of await readdir(uploads).catch(() => [])) {
      for (const user of await readdir(join(uploads, hash)).catch(() => [])) {
        const at = await stat(this.#parts(tenant, hash, user)).catch(() => null);
        if (at !== null && at.mtimeMs < time) await this.forgetParts(tenant, hash, user);
      }
      // Only an empty folder goes.
      await rmdir(join(uploads, hash)).catch(() => undefined);
    }
  }

  /** The bytes from `start` to `end`, both included. */
  read(tenant: string, hash: string, start: number, end: number): Readable {
    return createReadStream(this.pathOf(tenant, hash), { start, end });
  }

  /** Keeps a whole file that comes as a stream. False where its bytes have another hash; nothing is kept then. */
  async put(tenant: string, hash: string, content: AsyncIterable<Buffer>): Promise<boolean> {
    const target = this.pathOf(tenant, hash);
    const unfinished = `${target}.new`;
    const digest = createHash('sha256');
    await mkdir(dirname(target), { recursive: true });
    await pipeline(
      async function* hashed() {
        for await (const part of content) {
          digest.update(part);
          yield part;
        }
      },
      createWriteStream(unfinished, { flush: true }),
    );
    const right = digest.digest('hex') === hash;
    if (right) await rename(unfinished, target);
    else await rm(unfinished, { force: true });
    await syncFolder(dirname(target));
    return right;
  }

  async remove(tenant: string, hash: string): Promise<void> {
    await rm(this.pathOf(tenant, hash), { force: true });
  }
}

/** Makes a rename durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
