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

/** How many may wait for a hash: at a twentieth of a second for each, two seconds. */
const mostWaiting = 40;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Makes hashes one after the other: each takes its memory anew, so that as many at once as the network brings would take all there is.
 * Throws `BUSY` where too many wait.
 */
async function inTurn<T>(hash: () => Promise<T>): Promise<T> {
  if (waiting >= mostWaiting)
    throw new ServerError('BUSY', 'Many people are signing in at this moment. Try again in a few seconds.', {
      retryAfter: 5,
    });
  waiting += 1;
  const done = last.then(hash);
  last = done.catch(() => undefined);
  try {
    return await done;
  } finally {
    waiting -= 1;
  }
}

/** The hash that is kept, in the PHC string form. Throws `BUSY`. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() =>
    argon2id({ ...cost, password: normal(password), salt: randomBytes(16), outputType: 'encoded' }),
  );
}

/** A hash that no password has. Checked where there is no person, so that an answer takes the same time for all. */
const nobody = hashPassword(randomBytes(24).toString('base64'));

/** True where the password is the one that was hashed. Takes the same time where there is no hash. Throws `BUSY`. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const kept = hash ?? (await nobody);
  const matches = await inTurn(() => argon2Verify({ password: normal(password), hash: kept }));
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
