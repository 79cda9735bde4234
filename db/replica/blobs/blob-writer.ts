import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../files/write-durably.ts';
import { type FileKey, frameBytes, newHeader, sealFrame } from './sealed-frames.ts';

/** What a finished blob is called and how large its plain bytes are. `existed`: the same bytes were there already. */
export interface StoredBlob {
  readonly hash: string;
  readonly size: number;
  readonly existed: boolean;
}

/**
 * Takes a file's bytes in their order, under a temporary name, sealed on the way where the workspace is encrypted.
 * `finish` makes them durable before they get their name, so that a blob that can be seen is whole.
 */
export class BlobWriter {
  readonly #temporary: string;
  readonly #pathOf: (hash: string) => string;
  readonly #hash = createHash('sha256');
  readonly #key: FileKey | null;
  readonly #frame: Buffer;
  #filled = 0;
  #frames = 0;
  #size = 0;
  #descriptor: number | null;

  constructor(temporaryFolder: string, dataKey: Uint8Array | null, pathOf: (hash: string) => string) {
    mkdirSync(temporaryFolder, { recursive: true });
    this.#temporary = join(temporaryFolder, `${randomUUID()}.blob`);
    this.#pathOf = pathOf;
    this.#descriptor = openSync(this.#temporary, 'wx', 0o600);
    this.#frame = Buffer.alloc(dataKey === null ? 0 : frameBytes);
    if (dataKey === null) {
      this.#key = null;
    } else {
      const { header, key } = newHeader(dataKey);
      this.#key = key;
      this.#append(header);
    }
  }

  /** Bytes taken so far. */
  get size(): number {
    return this.#size;
  }

  /** Takes the next bytes. */
  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    if (this.#key === null) {
      this.#append(bytes);
      return;
    }
    for (let at = 0; at < bytes.length;) {
      // A full frame waits until more bytes come: only then is it known not to be the last.
      if (this.#filled === frameBytes) this.#seal(false);
      const taken = Math.min(frameBytes - this.#filled, bytes.length - at);
      this.#frame.set(bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
    }
  }

  /** Makes the bytes durable and gives them their name. Where they have another hash than `expected`, they are dropped: null. */
  finish(): StoredBlob;
  finish(expected: string): StoredBlob | null;
  finish(expected?: string): StoredBlob | null {
    const hash = this.#hash.digest('hex');
    if (expected !== undefined && expected !== hash) {
      this.abort();
      return null;
    }
    if (this.#key !== null) this.#seal(true);
    const descriptor = this.#open();
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.#descriptor = null;
    const path = this.#pathOf(hash);
    const existed = existsSync(path);
    if (existed) {
      rmSync(this.#temporary, { force: true });
    } else {
      mkdirSync(dirname(path), { recursive: true });
      renameSync(this.#temporary, path);
      syncFolder(dirname(path));
    }
    return { hash, size: this.#size, existed };
  }

  /** Drops what was taken. Harmless after `finish`. */
  abort(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    rmSync(this.#temporary, { force: true });
  }

  #open(): number {
    if (this.#descriptor === null) throw new Error('The blob was finished or dropped before.');
    return this.#descriptor;
  }

  #append(bytes: Uint8Array): void {
    const descriptor = this.#open();
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  }

  #seal(last: boolean): void {
    if (this.#key === null) return;
    this.#append(sealFrame(this.#key, this.#frames, last, this.#frame.subarray(0, this.#filled)));
    this.#frames += 1;
    this.#filled = 0;
  }
}
