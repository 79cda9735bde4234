import { v7 as uuid } from 'uuid';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { signAccessToken } from './access-token.ts';
import { actingAs, type Identity, type Origin } from './context.ts';
import { accountClosed, deviceRevoked } from './devices.ts';
import { hashSecret, newMarkedSecret, sameText, wasMadeHere } from './secrets.ts';
import { activeRole, keyHolds } from './standing.ts';

/** How somebody proved who they are. */
export type SignInMethod = 'password' | 'api_key' | 'oidc' | 'invitation';

/** What a laptop holds after a sign-in. Times are in milliseconds since 1970. */
export interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

/** A laptop that stays away this long signs in anew. */
const refreshLifeMs = 90 * 86_400_000;
/** An answer can be lost: for this long the token before the last one is taken once more. */
const graceMs = 120_000;

interface SessionRow {
  readonly token_hash: string;
  readonly previous_token_hash: string | null;
  readonly rotated_at: string | null;
  readonly is_active: boolean;
  readonly expires_at: string;
  readonly device_revoked: boolean;
  readonly key_holds: boolean;
}

/** Opens a session in a transaction that acts for the person and the tenant. */
export async function openSession(
  identity: Identity,
  sql: Sql,
  who: { readonly tenantId: string; readonly userId: string; readonly deviceId: string | null },
  method: SignInMethod,
  origin: Origin,
): Promise<Tokens & { readonly sessionId: string }> {
  const now = identity.now();
  const sessionId = uuid();
  const secret = newMarkedSecret(identity.keys.signing, sessionId);
  const refreshExpiresAt = now + refreshLifeMs;
  await sql.run(
    `INSERT INTO governance.user_sessions
       (id, tenant_id, user_id, device_id, method, token_hash, ip_address, user_agent, created_at, last_activity, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
    [
      sessionId,
      who.tenantId,
      who.userId,
      who.deviceId,
      method,
      hashSecret(secret),
      origin.address ?? null,
      origin.userAgent?.slice(0, 300) ?? null,
      new Date(now),
      new Date(refreshExpiresAt),
    ],
  );
  return { sessionId, ...(await tokens(identity, who, sessionId, secret, refreshExpiresAt)) };
}

/**
 * Takes a refresh token and gives the next. The one before is taken for a short while, since an answer can be lost; later, and for every
 * older one at once, its use means that two hold it: the session ends for both (RFC 9700, section 4.14.2). Throws `UNAUTHENTICATED`, and `CLIENT_RETIRED`
 * on a device that was revoked and for a person who was removed.
 */
export async function refreshSession(
  identity: Identity,
  refreshToken: string,
  origin: Origin,
): Promise<Tokens> {
  const [sessionId, secret] = partsOf(refreshToken);
  const known = await identity.pool.query<{ tenant_id: string; user_id: string }>(
    'SELECT * FROM governance.find_session($1)',
    [sessionId],
  );
  const found = known.rows[0];
  if (found === undefined) throw signInAgain();
  const who = { tenantId: found.tenant_id, userId: found.user_id };
  const next = await transact(identity.pool, actingAs(who, origin), async (sql) => {
    const now = identity.now();
    const row = await lockSession(sql, sessionId, new Date(now), origin);
    const presented = hashSecret(secret);
    if (row === null) return null;
    const isCurrent = sameText(presented, row.token_hash);
    const isPrevious = row.previous_token_hash !== null && sameText(presented, row.previous_token_hash);
    const isKnown = isCurrent || isPrevious;
    if (!isKnown && !wasMadeHere(identity.keys.signing, sessionId, secret)) return null;
    if (row.device_revoked) throw await deviceRevoked(sql);
    if ((await activeRole(sql, who.userId)) === null) throw await accountClosed(sql, who.userId);
    if (!row.is_active || !row.key_holds || now >= Date.parse(row.expires_at)) return null;
    const isLate = isPrevious && now - Date.parse(row.rotated_at ?? '') > graceMs;
    if (!isKnown || isLate) {
      await endSession(sql, sessionId, 'token used twice');
      await sql.run('SELECT governance.record_event($1)', [
        {
          event_type: 'security_event',
          event_category: 'security',
          action: 'session.token_reused',
          outcome: 'failure',
          resource_type: 'user_sessions',
          resource_id: sessionId,
        },
      ]);
      return null;
    }
    const fresh = newMarkedSecret(identity.keys.signing, sessionId);
    const expires = now + refreshLifeMs;
    await sql.run(
      `UPDATE governance.user_sessions SET token_hash = $2, previous_token_hash = $3, rotated_at = $4,
              last_activity = $4, expires_at = $5, refreshes = refreshes + 1 WHERE id = $1`,
      [sessionId, hashSecret(fresh), row.token_hash, new Date(now), new Date(expires)],
    );
    return { fresh, expires };
  });
  if (next === null) throw signInAgain();
  return tokens(identity, who, sessionId, next.fresh, next.expires);
}

/** Ends one session: nothing that came from it is good any more, access tokens included. */
export async function endSession(sql: Sql, sessionId: string, reason: string): Promise<void> {
  await sql.run(
    'UPDATE governance.user_sessions SET is_active = false, revoked_reason = $2 WHERE id = $1 AND is_active',
    [sessionId, reason],
  );
}

/** Ends every session of a person in the transaction's tenant, but one. Answers with how many. */
export function endSessionsOf(
  sql: Sql,
  userId: string,
  reason: string,
  but: string | null = null,
): Promise<number> {
  return sql.run(
    `UPDATE governance.user_sessions SET is_active = false, revoked_reason = $2
      WHERE user_id = $1 AND is_active AND id IS DISTINCT FROM $3::uuid`,
    [userId, reason, but],
  );
}

/** Ends every session of a person, whichever organisation it is in, but one. The transaction's organisation is the same afterwards. */
export async function endSessionsEverywhere(
  sql: Sql,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  reason: string,
  but: string,
): Promise<void> {
  const tenants = await sql.rows<{ tenant_id: string }>('SELECT tenant_id FROM governance.tenants_of($1)', [
    userId,
  ]);
  for (const each of new Set([...tenants.map(({ tenant_id: id }) => id), tenantId])) {
    await sql.run("SELECT set_config('app.tenant_id', $1, true)", [each]);
    await endSessionsOf(sql, userId, reason, but);
  }
  await sql.run("SELECT set_config('app.tenant_id', $1, true)", [tenantId]);
}

/** Ends sessions that ran out, and forgets those that did so more than 30 days ago. Answers with the number of those. */
export async function forgetOldSessions(sql: Sql, now: number): Promise<number> {
  await sql.run(
    `UPDATE governance.user_sessions SET is_active = false, revoked_reason = 'expired' WHERE is_active AND expires_at < $1`,
    [new Date(now)],
  );
  return sql.run('DELETE FROM governance.user_sessions WHERE expires_at < $1', [
    new Date(now - 30 * 86_400_000),
  ]);
}

function lockSession(
  sql: Sql,
  sessionId: string,
  now: Date,
  { address }: Origin,
): Promise<SessionRow | null> {
  return sql.first<SessionRow>(
    `SELECT s.token_hash, s.previous_token_hash, s.rotated_at, s.is_active, s.expires_at,
            d.revoked_at IS NOT NULL AS device_revoked, ${keyHolds('$2', '$3')} AS key_holds
       FROM governance.user_sessions s LEFT JOIN governance.devices d ON d.id = s.device_id
      WHERE s.id = $1 FOR UPDATE OF s`,
    [sessionId, now, address ?? null],
  );
}

async function tokens(
  identity: Identity,
  who: { readonly tenantId: string; readonly userId: string },
  sessionId: string,
  secret: string,
  refreshExpiresAt: number,
): Promise<Tokens> {
  const access = await signAccessToken(identity.keys.signing, { ...who, sessionId }, identity.now());
  return {
    accessToken: access.token,
    accessExpiresAt: access.expiresAt,
    refreshToken: `${sessionId}.${secret}`,
    refreshExpiresAt,
  };
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function partsOf(refreshToken: string): [sessionId: string, secret: string] {
  const [sessionId = '', ...secret] = refreshToken.split('.');
  if (!uuidForm.test(sessionId) || secret.join('') === '') throw signInAgain();
  return [sessionId, secret.join('.')];
}

/** What every failed proof is answered with: it does not say which part of it was wrong. */
export function signInAgain(): ServerError {
  return new ServerError(
    'UNAUTHENTICATED',
    'This sign-in is not valid any more. What is on this laptop is safe. Sign in again.',
  );
}
