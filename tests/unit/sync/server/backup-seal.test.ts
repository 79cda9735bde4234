import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BackupSecret,
  keyOfBackup,
  makeKeyFile,
  newBackupKey,
  readKeyFile,
} from '../../../../sync/server/commands/backup/backup-key.ts';
import { contentOfFile } from '../../../../sync/server/commands/backup/open-file.ts';
import { BrokenSeal, seal } from '../../../../sync/server/commands/backup/seal.ts';

const folder = mkdtempSync(join(tmpdir(), 'seal-'));
const file = join(folder, 'sealed');
let secret: BackupSecret;

beforeAll(async () => {
  await makeKeyFile(join(folder, 'key'));
  secret = await readKeyFile(join(folder, 'key'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* parts(...given: Buffer[]): AsyncGenerator<Buffer> {
  yield* given;
}

async function collected(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const part of content) found.push(part);
  return Buffer.concat(found);
}

async function sealed(content: Buffer[], by = secret): Promise<Buffer> {
  const { header, key } = await newBackupKey(by);
  return collected(seal(parts(...content), header, key));
}

async function opened(bytes: Buffer, by: BackupSecret | null = secret): Promise<Buffer> {
  writeFileSync(file, bytes);
  return collected(await contentOfFile(file, by));
}

describe('an encrypted backup', () => {
  test('gives back what was put in, whatever its size and the parts it came in', async () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 1000, 65_535, 65_536, 65_537, 200_000), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sizes, async (given) => {
        const content = given.map((size, at) => Buffer.alloc(size, at + 1));
        expect((await opened(await sealed(content))).equals(Buffer.concat(content))).toBe(true);
      }),
      { seed: 20_261_124, numRuns: 25 },
    );
  });

  test('holds no word of what is in it, and is never twice the same', async () => {
    const words = Buffer.from('words that only its key shows');
    const [first, second] = [await sealed([words]), await sealed([words])];
    expect(first.includes(words)).toBe(false);
    expect(first.equals(second)).toBe(false);
  });

  test('a changed, cut, lengthened or rearranged file gives an error, and never other bytes', async () => {
    const content = Buffer.alloc(150_000, 7);
    const good = await sealed([content]);
    const start = good.indexOf(10) + 1;
    const frame = 65_536 + 16;
    const swapped = Buffer.concat([
      good.subarray(0, start),
      good.subarray(start + frame, start + 2 * frame),
      good.subarray(start, start + frame),
      good.subarray(start + 2 * frame),
    ]);
    const bad = [
      swapped,
      good.subarray(0, start + frame),
      good.subarray(0, start + frame + 5),
      good.subarray(0, good.length - 1),
      good.subarray(0, start),
      Buffer.concat([good, Buffer.from([0])]),
      ...[start, start + 100, start + frame, good.length - 1].map((at) => {
        const flipped = Buffer.from(good);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        return flipped;
      }),
    ];
    for (const bytes of bad) await expect(opened(bytes)).rejects.toThrow(BrokenSeal);
  });

  test('with another key, another kind of key, none, or a changed first line it says so', async () => {
    const good = await sealed([Buffer.from('x')]);
    await makeKeyFile(join(folder, 'other'));
    const other = await readKeyFile(join(folder, 'other'));
    await expect(opened(good, other)).rejects.toThrow('does not open the backup');
    await expect(opened(good, null)).rejects.toThrow('is encrypted with a key file');
    await expect(opened(good, { kind: 'passphrase', passphrase: 'long enough words' })).rejects.toThrow(
      'is encrypted with a key file',
    );
    const text = good
      .toString('latin1')
      .replace(/"salt":"(.)/, (_, digit: string) => `"salt":"${digit === '0' ? '1' : '0'}`);
    await expect(opened(Buffer.from(text, 'latin1'))).rejects.toThrow('first line was changed');
  });

  test('a passphrase opens it too, in whichever form its letters are typed; a short one is refused', async () => {
    const typed: BackupSecret = { kind: 'passphrase', passphrase: 'caf\u00e9 harbour lantern' };
    const other: BackupSecret = { kind: 'passphrase', passphrase: 'cafe\u0301 harbour lantern' };
    const { header, key } = await newBackupKey(typed);
    expect((await keyOfBackup(header, other)).equals(key)).toBe(true);
    await expect(newBackupKey({ kind: 'passphrase', passphrase: 'short' })).rejects.toThrow('at least 12');
  });

  test('a key file is its owner’s alone, is not written over, and is told from other files', async () => {
    const path = join(folder, 'key');
    expect(statSync(path).mode & 0o077).toBe(0);
    const before = readFileSync(path, 'utf8');
    await expect(makeKeyFile(path)).rejects.toThrow('left as it is');
    expect(readFileSync(path, 'utf8')).toBe(before);
    writeFileSync(file, 'no key');
    await expect(readKeyFile(file)).rejects.toThrow('not a key file');
  });

  test('takes the same memory for a large stream as for a small one', async () => {
    const { header, key } = await newBackupKey(secret);
    const part = Buffer.alloc(1024 * 1024, 3);
    async function* large() {
      for (let n = 0; n < 256; n += 1) yield part;
    }
    let [most, bytes] = [0, 0];
    for await (const sealedPart of seal(large(), header, key)) {
      bytes += sealedPart.length;
      most = Math.max(most, sealedPart.length);
    }
    expect(bytes).toBeGreaterThan(256 * part.length);
    expect(most).toBeLessThanOrEqual(65_536 + 16);
  });
});
