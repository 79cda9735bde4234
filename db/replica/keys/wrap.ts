import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';

/** What can unwrap a data key. `system-store`: a random secret that the operating system keeps for this person. */
export const wrapKinds = ['passphrase', 'recovery-key', 'key-file', 'system-store'] as const;

export type WrapKind = (typeof wrapKinds)[number];

const hex = z.string().regex(/^([0-9a-f]{2})+$/);

/** One way to the data key, as it stands in the key file. Holds nothing that is secret without the secret. */
export const wrapSchema = z.strictObject({
  kind: z.enum(wrapKinds),
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memoryKiB: z.number().int().min(8).max(1_048_576),
    passes: z.number().int().min(1).max(64),
    salt: hex,
  }),
  nonce: hex,
  sealed: hex,
});

export type Wrap = z.infer<typeof wrapSchema>;

/**
 * Cost of one guess. A person's passphrase gets 64 MiB and three passes (RFC 9106, second recommended option);
 * secrets of 128 random bits or more need no stretching to resist guessing, and get the least that is sound.
 */
const costs: Readonly<Record<WrapKind, { memoryKiB: number; passes: number }>> = {
  passphrase: { memoryKiB: 65_536, passes: 3 },
  'key-file': { memoryKiB: 19_456, passes: 2 },
  'recovery-key': { memoryKiB: 19_456, passes: 2 },
  'system-store': { memoryKiB: 19_456, passes: 2 },
};

/** The data key's bytes. */
export const dataKeyBytes = 32;

async function stretch(secret: string | Uint8Array, kdf: Wrap['kdf']): Promise<Uint8Array> {
  return argon2id({
    password: secret,
    salt: Buffer.from(kdf.salt, 'hex'),
    memorySize: kdf.memoryKiB,
    iterations: kdf.passes,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  });
}

function label(kind: WrapKind): Buffer {
  return Buffer.from(`stratmaster-workbench data key 1 ${kind}`);
}

/** Wraps a data key by a secret: argon2id, then AES-256-GCM bound to the kind of wrap. */
export async function wrapKey(
  kind: WrapKind,
  secret: string | Uint8Array,
  dataKey: Uint8Array,
): Promise<Wrap> {
  const kdf = { name: 'argon2id' as const, ...costs[kind], salt: randomBytes(16).toString('hex') };
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await stretch(secret, kdf), nonce).setAAD(label(kind));
  const sealed = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  return { kind, kdf, nonce: nonce.toString('hex'), sealed: sealed.toString('hex') };
}

/** The data key, or null where the secret is not the one. */
export async function unwrapKey(wrap: Wrap, secret: string | Uint8Array): Promise<Uint8Array | null> {
  const sealed = Buffer.from(wrap.sealed, 'hex');
  if (sealed.length !== dataKeyBytes + 16) return null;
  const key = await stretch(secret, wrap.kdf);
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(wrap.nonce, 'hex'), {
    authTagLength: 16,
  });
  decipher.setAAD(label(wrap.kind)).setAuthTag(sealed.subarray(dataKeyBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, dataKeyBytes)), decipher.final()]);
  } catch {
    return null;
  }
}
