import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** A new secret of `bytes` random bytes as URL-safe text. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** What is kept of a random secret: SHA-256 in hex. A password is another matter: it can be guessed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A new secret that can be told for ever from one that was made up: it carries a MAC (HMAC-SHA-256) over itself and `context`. */
export function newMarkedSecret(key: Uint8Array, context: string): string {
  const secret = newSecret();
  return `${secret}.${markOf(key, context, secret)}`;
}

/** True for a secret that `newMarkedSecret` made with this key for this place, however long ago. */
export function wasMadeHere(key: Uint8Array, context: string, marked: string): boolean {
  const [secret = '', mark = ''] = marked.split('.');
  return sameText(mark, markOf(key, context, secret));
}

function markOf(key: Uint8Array, context: string, secret: string): string {
  return createHmac('sha256', key).update(`${context} ${secret}`).digest('base64url');
}

const form = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** Seals a text with AES-256-GCM. `context` is bound to it: a sealed text opens in its own place only. */
export function seal(key: Uint8Array, context: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${form}.${sealed.toString('base64url')}`;
}

/** Opens a sealed text. Throws where the key or the place is another, or the text was changed. */
export function unseal(key: Uint8Array, context: string, sealed: string): string {
  const [version, data] = sealed.split('.');
  if (version !== form || data === undefined) throw new Error('The sealed text has an unknown form.');
  const bytes = Buffer.from(data, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-tagBytes));
  const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
  return Buffer.concat(opened).toString('utf8');
}
