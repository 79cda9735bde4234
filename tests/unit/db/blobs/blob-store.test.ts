import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobStore } from '../../../../db/replica/blobs/blob-store.ts';
import { frameBytes, headerBytes } from '../../../../db/replica/blobs/sealed-frames.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blobs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function storeOf(dataKey: Uint8Array | null): BlobStore {
  return new BlobStore({ folder: join(folder, 'blobs'), temporaryFolder: join(folder, 'tmp'), dataKey });
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each([
  ['plain', null],
  ['encrypted', randomBytes(32)],
] as const)('a %s blob store', (_name, key) => {
  test('gives back any range of any bytes, written in any parts', () => {
    const store = storeOf(key);
    const size = fc.oneof(
      fc.nat(300),
      fc.constantFrom(frameBytes - 1, frameBytes, frameBytes + 1, 2 * frameBytes),
    );
    const property = fc.property(
      size,
      fc.integer({ min: 1, max: 70_000 }),
      fc.nat(),
      fc.nat(),
      (bytes, part, a, b) => {
        const content = randomBytes(bytes);
        const writer = store.begin();
        for (let at = 0; at < bytes; at += part) writer.write(content.subarray(at, at + part));
        const stored = writer.finish();
        expect(stored).toMatchObject({ hash: sha(content), size: bytes });
        expect(store.size(stored.hash)).toBe(bytes);
        expect(store.read(stored.hash).equals(content)).toBe(true);
        const [start, end] = [a % (bytes + 1), b % (bytes + 1)].toSorted((x, y) => x - y);
        expect(store.read(stored.hash, start, end).equals(content.subarray(start, end))).toBe(true);
        expect(store.verify(stored.hash)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 60, seed: 1 });
  });

  test('keeps the same bytes once, and leaves no temporary file', () => {
    const store = storeOf(key);
    expect(store.put(Buffer.from('twice')).existed).toBe(false);
    expect(store.put(Buffer.from('twice')).existed).toBe(true);
    expect(store.names()).toHaveLength(1);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  test('says that a blob is missing, and that a changed or cut one is damaged', () => {
    const store = storeOf(key);
    const { hash } = store.put(randomBytes(frameBytes + 100));
    expect(() => store.read(sha(Buffer.from('never stored')))).toThrowError(/not in the blob store/);
    const bytes = readFileSync(store.pathOf(hash));
    bytes[bytes.length - 5] = bytes[bytes.length - 5]! ^ 1;
    writeFileSync(store.pathOf(hash), bytes);
    expect(store.verify(hash)).toBe(false);
    bytes[bytes.length - 5] = bytes[bytes.length - 5]! ^ 1;
    writeFileSync(store.pathOf(hash), bytes);
    expect(store.verify(hash)).toBe(true);
    truncateSync(store.pathOf(hash), bytes.length - 50);
    expect(store.verify(hash)).toBe(false);
  });

  test('drops what was begun and not finished', () => {
    const store = storeOf(key);
    const writer = store.begin();
    writer.write(Buffer.from('half'));
    writer.abort();
    expect(store.names()).toEqual([]);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('an encrypted blob store', () => {
  test('shows neither content nor hash on disk, and opens with no other key', () => {
    const key = randomBytes(32);
    const store = storeOf(key);
    const content = Buffer.from('canary-4711 '.repeat(20_000));
    const { hash } = store.put(content);
    const file = readFileSync(store.pathOf(hash));
    expect(file.includes('canary-4711')).toBe(false);
    expect(store.pathOf(hash)).not.toContain(hash.slice(2, 20));
    const other = new BlobStore({
      folder: join(folder, 'blobs'),
      temporaryFolder: join(folder, 'tmp'),
      dataKey: randomBytes(32),
    });
    expect(other.has(hash)).toBe(false);
  });

  test('refuses a file that ends at a frame that is not the last', () => {
    const store = storeOf(randomBytes(32));
    const { hash } = store.put(randomBytes(3 * frameBytes));
    truncateSync(store.pathOf(hash), headerBytes + 2 * (frameBytes + 16));
    expect(() => store.read(hash, frameBytes, 2 * frameBytes)).toThrowError(/damaged/);
  });
});
