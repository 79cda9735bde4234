import type { webcrypto } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

const issuer = 'stratmaster-workbench';
/** Minutes that an access token is good for. What it says of a person is looked up at each request all the same. */
const lifeMinutes = 15;

const claims = z.object({ sub: z.uuid(), tid: z.uuid(), sid: z.uuid() });

/** What an access token names: a person, the tenant they act in, and the sign-in that it came from. */
export interface AccessClaims {
  readonly userId: string;
  readonly tenantId: string;
  readonly sessionId: string;
}

const readied = new WeakMap<Uint8Array, Promise<webcrypto.CryptoKey>>();

/** A key in the platform's own form, made once: a token is read at every request. */
function ready(key: Uint8Array): Promise<webcrypto.CryptoKey> {
  const known = readied.get(key);
  if (known !== undefined) return known;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const made = crypto.subtle.importKey('raw', Uint8Array.from(key), algorithm, false, ['sign', 'verify']);
  readied.set(key, made);
  return made;
}

/** Signs an access token (HS256). `expiresAt` is in milliseconds. */
export async function signAccessToken(
  key: Uint8Array,
  { userId, tenantId, sessionId }: AccessClaims,
  now: number,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const issuedAt = Math.floor(now / 1000);
  const expires = issuedAt + lifeMinutes * 60;
  const token = await new SignJWT({ tid: tenantId, sid: sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(await ready(key));
  return { token, expiresAt: expires * 1000 };
}

/** What a token says, or null where it is forged, of another kind, or past its time. */
export async function readAccessToken(
  key: Uint8Array,
  token: string,
  now: number,
): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(token, await ready(key), {
      issuer,
      algorithms: ['HS256'],
      typ: 'at+jwt',
      currentDate: new Date(now),
    });
    const { sub, tid, sid } = claims.parse(payload);
    return { userId: sub, tenantId: tid, sessionId: sid };
  } catch {
    return null;
  }
}
