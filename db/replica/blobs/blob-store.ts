import { createHash, createHmac, hkdfSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { BlobWriter, type StoredBlob } from './blob-writer.ts';
import {
  type FileKey,
  frameBytes,
  headerBytes,
  keyFromHeader,
  layoutOf,
  openFrame,
  sealedFrameBytes,
} from './sealed-frames.ts';

const readBytes = 1024 * 1024;

/** Why a blob could not be read. `missing`: no such file. `damaged`: its bytes are not those that were stored. */
export class BlobError extends Error {
  readonly kind: 'missing' | 'damaged';

  constructor(kind: 'missing' | 'damaged', hash: string) {
    const what = kind === 'missing' ? 'is not in the blob store' : 'is damaged';
    super(`The file ${hash.slice(0, 12)} ${what}. Restore it from a backup, or add the document again.`);
    this.name = 'BlobError';
    this.kind = kind;
  }
}

/**
 * Files by the SHA-256 of their bytes, beside the database. In an encrypted workspace contents are sealed and names are an
 * HMAC of the hash, so that a reader of the folder learns neither what is in it nor whether a known file is.
 * Holds no state: every thread may have its own.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #temporaryFolder: string;
  readonly #dataKey: Uint8Array | null;
  readonly #nameKey: Buffer | null;

  constructor(options: { folder: string; temporaryFolder: string; dataKey: Uint8Array | null }) {
    this.#folder = options.folder;
    this.#temporaryFolder = options.temporaryFolder;
    this.#dataKey = options.dataKey;
    this.#nameKey =
      options.dataKey === null
        ? null
        : Buffer.from(hkdfSync('sha256', options.dataKey, '', 'stratmaster-workbench blob names 1', 32));
  }

  /** The file name under which a content hash is kept. */
  nameOf(hash: string): string {
    return this.#nameKey === null ? hash : createHmac('sha256', this.#nameKey).update(hash).digest('hex');
  }

  /** The path of a content hash, whether or not the blob is there. */
  pathOf(hash: string): string {
    const name = this.nameOf(hash);
    return join(this.#folder, name.slice(0, 2), name.slice(2));
  }

  /** A writer for one new blob. */
  begin(): BlobWriter {
    return new BlobWriter(this.#temporaryFolder, this.#dataKey, (hash) => this.pathOf(hash));
  }

  /** Stores bytes that are in memory. */
  put(bytes: Uint8Array): StoredBlob {
    const writer = this.begin();
    try {
      writer.write(bytes);
      return writer.finish();
    } finally {
      writer.abort();
    }
  }

  /** Stores a file by its path, in parts. `onPart` hears how many bytes were taken, and may throw to stop. */
  putFile(path: string, onPart?: (taken: number) => void): StoredBlob {
    const descriptor = openSync(path, 'r');
    const writer = this.begin();
    try {
      const part = Buffer.alloc(readBytes);
      for (let read = readSync(descriptor, part); read > 0; read = readSync(descriptor, part)) {
        writer.write(part.subarray(0, read));
        onPart?.(writer.size);
      }
      return writer.finish();
    } finally {
      writer.abort();
      closeSync(descriptor);
    }
  }

  has(hash: string): boolean {
    return existsSync(this.pathOf(hash));
  }

  /** Plain bytes of a blob. Throws `missing` or `damaged`. */
  size(hash: string): number {
    if (!this.has(hash)) throw new BlobError('missing', hash);
    const fileBytes = statSync(this.pathOf(hash)).size;
    if (this.#dataKey === null) return fileBytes;
    const layout = layoutOf(fileBytes);
    if (layout === null) throw new BlobError('damaged', hash);
    return layout.plainBytes;
  }

  /** The bytes from `start` up to and without `end`; the whole blob where neither is given. */
  read(hash: string, start = 0, end = Number.MAX_SAFE_INTEGER): Buffer {
    if (!this.has(hash)) throw new BlobError('missing', hash);
    const descriptor = openSync(this.pathOf(hash), 'r');
    try {
      const fileBytes = fstatSync(descriptor).size;
      if (this.#dataKey === null) return readExactly(descriptor, start, Math.min(end, fileBytes), hash);
      return this.#readSealed(descriptor, fileBytes, start, end, hash);
    } finally {
      closeSync(descriptor);
    }
  }

  /** True where the stored bytes still have the hash that they are named by. */
  verify(hash: string): boolean {
    const digest = createHash('sha256');
    try {
      for (const part of this.parts(hash)) digest.update(part);
    } catch (error) {
      if (error instanceof BlobError) return false;
      throw error;
    }
    return digest.digest('hex') === hash;
  }

  /** The bytes of a blob in their order, a part at a time; an empty blob is one empty part. */
  *parts(hash: string): Generator<Buffer> {
    const size = this.size(hash);
    if (size === 0) yield this.read(hash);
    for (let at = 0; at < size; at += readBytes) yield this.read(hash, at, Math.min(at + readBytes, size));
  }

  /** Notes that a blob was used just now: what was not used for longest goes first where room is short. */
  touch(hash: string): void {
    const now = new Date();
    if (this.has(hash)) utimesSync(this.pathOf(hash), now, now);
  }

  /** When a blob was stored or last noted as used, in milliseconds. */
  usedAt(hash: string): number {
    return this.has(hash) ? statSync(this.pathOf(hash)).mtimeMs : 0;
  }

  remove(hash: string): void {
    rmSync(this.pathOf(hash), { force: true });
  }

  /** Removes every file of the folder but those of these hashes, whatever key they were written under. */
  keepOnly(hashes: Iterable<string>): void {
    const kept = new Set([...hashes].map((hash) => this.nameOf(hash)));
    for (const name of this.names()) {
      if (!kept.has(name)) rmSync(join(this.#folder, name.slice(0, 2), name.slice(2)), { force: true });
    }
  }

  /** The names of all blobs: content hashes in a plain workspace, their HMACs in an encrypted one. */
  names(): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
      .flatMap((entry) => readdirSync(join(this.#folder, entry.name)).map((rest) => entry.name + rest));
  }

  #readSealed(descriptor: number, fileBytes: number, start: number, end: number, hash: string): Buffer {
    const layout = layoutOf(fileBytes);
    const key = layout === null ? null : this.#fileKey(descriptor, hash);
    if (layout === null || key === null) throw new BlobError('damaged', hash);
    const stop = Math.min(end, layout.plainBytes);
    if (start >= stop && layout.plainBytes > 0) return Buffer.alloc(0);
    const first = Math.floor(start / frameBytes);
    const last = Math.max(first, Math.ceil(stop / frameBytes) - 1);
    const plain: Buffer[] = [];
    for (let index = first; index <= last; index += 1) {
      const from = headerBytes + index * sealedFrameBytes;
      const sealed = readExactly(descriptor, from, Math.min(from + sealedFrameBytes, fileBytes), hash);
      plain.push(openOrRefuse(key, index, index === layout.frames - 1, sealed, hash));
    }
    return Buffer.concat(plain).subarray(start - first * frameBytes, stop - first * frameBytes);
  }

  #fileKey(descriptor: number, hash: string): FileKey | null {
    return this.#dataKey === null
      ? null
      : keyFromHeader(this.#dataKey, readExactly(descriptor, 0, headerBytes, hash));
  }
}

function openOrRefuse(key: FileKey, index: number, last: boolean, sealed: Buffer, hash: string): Buffer {
  try {
    return openFrame(key, index, last, sealed);
  } catch {
    throw new BlobError('damaged', hash);
  }
}

function readExactly(descriptor: number, start: number, end: number, hash: string): Buffer {
  const bytes = Buffer.alloc(Math.max(0, end - start));
  for (let at = 0; at < bytes.length;) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, start + at);
    if (read === 0) throw new BlobError('damaged', hash);
    at += read;
  }
  return bytes;
}
