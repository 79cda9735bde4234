import { randomBytes } from 'node:crypto';
import { argon2id, argon2Verify } from 'hash-wasm';
import { ServerError } from '../errors.ts';

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const cost = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;
const shortest = 12;
const longest = 256;

/** Refuses a password that is too short, too long, or the person's own address. Throws `BAD_REQUEST`. */
export function checkPassword(password: string, email: string): void {
  if (password.length < shortest || password.length > longest) {
    throw new ServerError(
      'BAD_REQUEST',
      `A password has from ${shortest} to ${longest} characters. Nothing was changed. Three or four random words make a good one.`,
    );
  }
  if (password.toLowerCase().includes(email.toLowerCase()) || new Set(password).size < 4) {
    throw new ServerError(
      'BAD_REQUEST',
      'This password is too easy to guess. Nothing was changed. Choose another.',
    );
  }
}

/** The hash that is kept, in the PHC string form. */
export function hashPassword(password: string): Promise<string> {
  return argon2id({ ...cost, password: normal(password), salt: randomBytes(16), outputType: 'encoded' });
}

/** A hash that no password has. Checked where there is no person, so that an answer takes the same time for all. */
const nobody = hashPassword(randomBytes(24).toString('base64'));

/** True where the password is the one that was hashed. Takes the same time where there is no hash. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const matches = await argon2Verify({ password: normal(password), hash: hash ?? (await nobody) });
  return matches && hash !== null;
}

/** True for a hash of lower cost than today's: it is made anew at the next sign-in. */
export function isOutdated(hash: string): boolean {
  return !hash.startsWith(`$argon2id$v=19$m=${cost.memorySize},t=${cost.iterations},p=${cost.parallelism}$`);
}

/** Keyboards write the same character in different ways; NFKC makes them one. */
function normal(password: string): string {
  return password.slice(0, longest).normalize('NFKC');
}
