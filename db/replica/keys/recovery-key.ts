import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 32;
const shape = new RegExp(`^[${alphabet}]{${characters}}$`);
const groupLength = 4;

/** A new recovery key: 160 random bits as eight groups of four Crockford base-32 characters. */
export function newRecoveryKey(): string {
  const text = Array.from(randomBytes(characters), (byte) => alphabet.charAt(byte & 31)).join('');
  return text.match(new RegExp(`.{${groupLength}}`, 'g'))?.join('-') ?? text;
}

/**
 * The one spelling of a recovery key as a person may type it: case, spaces and dashes do not matter, and the letters that
 * Crockford's alphabet leaves out are read as the digits that they look like. Null where it is no recovery key.
 */
export function normalRecoveryKey(typed: string): string | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return shape.test(text) ? text : null;
}
