import { randomFillSync } from 'node:crypto';

/** Bytes of a salt: 96 bits, sixteen characters in base 64. */
const bytesOfSalt = 12;

/** Random bytes ahead: asking the system for a few at a time takes longer than hashing a row. */
const ahead = Buffer.allocUnsafe(bytesOfSalt * 512);
let used = ahead.length;

/** A salt that nobody can guess (P28): sixteen characters of base64url. */
export function randomSalt(): string {
  if (used === ahead.length) {
    randomFillSync(ahead);
    used = 0;
  }
  const salt = ahead.toString('base64url', used, used + bytesOfSalt);
  used += bytesOfSalt;
  return salt;
}
