import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readKeyFile, writeKeyFile } from '../../../../db/replica/keys/key-file.ts';
import {
  createKeys,
  KeyError,
  newSecretFile,
  readSecretFile,
  removeWrap,
  renewRecoveryKey,
  replaceWrap,
  unlock,
} from '../../../../db/replica/keys/key-ring.ts';
import { newRecoveryKey, normalRecoveryKey } from '../../../../db/replica/keys/recovery-key.ts';

const passphrase = { by: 'passphrase', passphrase: 'garnet sheets at noon' } as const;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a data key', () => {
  test('is unwrapped by its passphrase and by its recovery key, however that is typed', async () => {
    const { file, dataKey, recoveryKey } = await createKeys([passphrase]);
    expect(await unlock(file, passphrase)).toEqual(dataKey);
    const typed = recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await unlock(file, { by: 'recovery-key', recoveryKey: typed })).toEqual(dataKey);
  });

  test('is not unwrapped by another secret, and the refusal names a way out', async () => {
    const { file } = await createKeys([passphrase]);
    const wrong = unlock(file, { by: 'passphrase', passphrase: 'garnet sheets at night' });
    await expect(wrong).rejects.toThrowError(KeyError);
    await expect(wrong).rejects.toThrowError(/recovery key/);
    await expect(unlock(file, { by: 'recovery-key', recoveryKey: newRecoveryKey() })).rejects.toThrowError(
      KeyError,
    );
    await expect(unlock(file, { by: 'recovery-key', recoveryKey: 'ABC' })).rejects.toThrowError(
      /eight groups/,
    );
    await expect(unlock(file, { by: 'key-file', bytes: Buffer.alloc(32) })).rejects.toThrowError(KeyError);
  });

  test('stays the same when the passphrase changes; the old one opens nothing any more', async () => {
    const { file, dataKey } = await createKeys([passphrase]);
    const next = { by: 'passphrase', passphrase: 'another morning' } as const;
    const changed = await replaceWrap(file, dataKey, next);
    expect(await unlock(changed, next)).toEqual(dataKey);
    await expect(unlock(changed, passphrase)).rejects.toThrowError(KeyError);
  });

  test('has one recovery key at a time', async () => {
    const { file, dataKey, recoveryKey } = await createKeys([passphrase]);
    const renewed = await renewRecoveryKey(file, dataKey);
    expect(await unlock(renewed.file, { by: 'recovery-key', recoveryKey: renewed.recoveryKey })).toEqual(
      dataKey,
    );
    await expect(unlock(renewed.file, { by: 'recovery-key', recoveryKey })).rejects.toThrowError(KeyError);
  });

  test('keeps at least one way in', async () => {
    const { file } = await createKeys([passphrase]);
    const one = removeWrap(file, 'passphrase');
    expect(() => removeWrap(one, 'recovery-key')).toThrowError(/only way/);
  });

  test('is not told by a wrap whose kind was exchanged', async () => {
    const { file } = await createKeys([passphrase]);
    const forged = { ...file, wraps: file.wraps.map((wrap) => ({ ...wrap, kind: 'key-file' as const })) };
    const secret = { by: 'key-file', bytes: Buffer.from(passphrase.passphrase) } as const;
    await expect(unlock(forged, secret)).rejects.toThrowError(KeyError);
  });
});

describe('a key file', () => {
  test('is written whole and read back, and holds no secret', async () => {
    await inFolder(async (folder) => {
      const { file, dataKey } = await createKeys([passphrase]);
      const path = join(folder, 'keys.json');
      writeKeyFile(path, file);
      expect(readKeyFile(path)).toEqual(file);
      const text = readFileSync(path, 'utf8');
      expect(text).not.toContain(Buffer.from(dataKey).toString('hex'));
      expect(text).not.toContain(passphrase.passphrase);
      expect(readKeyFile(join(folder, 'none.json'))).toBeNull();
    });
  });

  test('that is damaged is refused in words', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'keys.json');
      for (const text of ['', '{', '{"v":2}', '{"v":1,"token":"x","encrypted":true,"wraps":[]}']) {
        writeFileSync(path, text);
        expect(() => readKeyFile(path)).toThrowError(/put the file back from a backup/);
      }
    });
  });

  test('as a secret is its bytes without the last newline, sixteen or more', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'secret');
      writeFileSync(path, '0123456789abcdef\n');
      expect(readSecretFile(path)).toEqual({ by: 'key-file', bytes: Buffer.from('0123456789abcdef') });
      writeFileSync(path, '0123456789abcde\r\n');
      expect(() => readSecretFile(path)).toThrowError(/at least 16 bytes/);
      writeFileSync(path, newSecretFile());
      expect(readSecretFile(path).by).toBe('key-file');
    });
  });
});

test('recovery keys differ, and read as what they look like', () => {
  const keys = new Set(Array.from({ length: 200 }, newRecoveryKey));
  expect(keys.size).toBe(200);
  for (const key of keys) expect(normalRecoveryKey(key)).toBe(key.replaceAll('-', ''));
  expect(normalRecoveryKey(`${'0'.repeat(31)}U`)).toBeNull();
});
