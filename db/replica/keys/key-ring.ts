import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KeyFile } from './key-file.ts';
import { newToken } from './key-file.ts';
import { newRecoveryKey, normalRecoveryKey } from './recovery-key.ts';
import { dataKeyBytes, unwrapKey, type Wrap, type WrapKind, wrapKey } from './wrap.ts';

/** What a person gives to open a workspace, by its kind. Key files and system stores give bytes. */
export type Secret =
  | { readonly by: 'passphrase'; readonly passphrase: string }
  | { readonly by: 'recovery-key'; readonly recoveryKey: string }
  | { readonly by: 'key-file' | 'system-store'; readonly bytes: Uint8Array };

/** A key file that no wrap opens by this secret, or a secret that cannot be one. The message is safe to show. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

const shortestKeyFile = 16;

/** The secret in the key file at a path. Throws `KeyError` where it is too short to be one. */
export function readSecretFile(path: string): Secret {
  return secretIn(readFileSync(path));
}

/**
 * The secret in a key file's content: its bytes without a trailing newline, 16 or more of them.
 * Throws `KeyError` where they are too few.
 */
export function secretIn(bytes: Uint8Array): Secret {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0a) end -= 1;
  if (end > 0 && bytes[end - 1] === 0x0d) end -= 1;
  if (end < shortestKeyFile) {
    throw new KeyError(
      `A key file needs at least ${shortestKeyFile} bytes; this one has ${end}. Use the right file, or a longer secret.`,
    );
  }
  return { by: 'key-file', bytes: bytes.subarray(0, end) };
}

/** Fresh random text for a key file that does not exist yet. */
export function newSecretFile(): string {
  return `${randomBytes(32).toString('base64url')}\n`;
}

function secretOf(secret: Secret): string | Uint8Array {
  switch (secret.by) {
    case 'passphrase':
      return secret.passphrase.normalize('NFKC');
    case 'recovery-key': {
      const normal = normalRecoveryKey(secret.recoveryKey);
      if (normal === null)
        throw new KeyError('A recovery key has eight groups of four characters. Check it and type it again.');
      return normal;
    }
    default:
      return secret.bytes;
  }
}

/** A plain workspace's key file: a token and no key. */
export function plainKeyFile(): KeyFile {
  return { v: 1, token: newToken(), encrypted: false, wraps: [] };
}

/** A new data key, its key file, and the recovery key that is shown once. */
export async function createKeys(
  secrets: readonly Secret[],
): Promise<{ file: KeyFile; dataKey: Uint8Array; recoveryKey: string }> {
  const dataKey = randomBytes(dataKeyBytes);
  const recoveryKey = newRecoveryKey();
  const all: Secret[] = [...secrets, { by: 'recovery-key', recoveryKey }];
  const wraps = await Promise.all(all.map((secret) => wrapKey(secret.by, secretOf(secret), dataKey)));
  return { file: { v: 1, token: newToken(), encrypted: true, wraps }, dataKey, recoveryKey };
}

/** The data key by any wrap of the secret's kind. Throws `KeyError` with a way out where none opens. */
export async function unlock(file: KeyFile, secret: Secret): Promise<Uint8Array> {
  const candidates = file.wraps.filter((wrap) => wrap.kind === secret.by);
  for (const wrap of candidates) {
    const dataKey = await unwrapKey(wrap, secretOf(secret));
    if (dataKey !== null) return dataKey;
  }
  throw new KeyError(
    wrongSecret(
      secret.by,
      file.wraps.map((wrap) => wrap.kind),
    ),
  );
}

/** Replaces every wrap of a kind by one for the new secret. The data key, and so the database, stays as it is. */
export async function replaceWrap(file: KeyFile, dataKey: Uint8Array, secret: Secret): Promise<KeyFile> {
  const wrap = await wrapKey(secret.by, secretOf(secret), dataKey);
  return { ...file, wraps: [...file.wraps.filter((old) => old.kind !== secret.by), wrap] };
}

/** A new recovery key in place of the old one. */
export async function renewRecoveryKey(
  file: KeyFile,
  dataKey: Uint8Array,
): Promise<{ file: KeyFile; recoveryKey: string }> {
  const recoveryKey = newRecoveryKey();
  return { file: await replaceWrap(file, dataKey, { by: 'recovery-key', recoveryKey }), recoveryKey };
}

/** Ends all wraps of a kind. The last way into a workspace cannot be taken away. */
export function removeWrap(file: KeyFile, kind: WrapKind): KeyFile {
  const wraps: Wrap[] = file.wraps.filter((wrap) => wrap.kind !== kind);
  if (wraps.length === 0)
    throw new KeyError('This is the only way to open the workspace. Add another before you remove it.');
  return { ...file, wraps };
}

function wrongSecret(kind: WrapKind, kinds: readonly WrapKind[]): string {
  const named = {
    passphrase: 'passphrase',
    'recovery-key': 'recovery key',
    'key-file': 'key file',
    'system-store': 'stored key',
  };
  const others = [...new Set(kinds)].filter((other) => other !== kind).map((other) => named[other]);
  const wayOut = others.length === 0 ? 'Try again.' : `Try again, or use the ${others.join(' or the ')}.`;
  return `This ${named[kind]} does not open the workspace. Nothing was changed. ${wayOut}`;
}
