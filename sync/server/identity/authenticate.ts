import { preparedSql, transact } from '../database/pool.ts';
import { readAccessToken } from './access-token.ts';
import { isApiKey, principalOfKey } from './api-keys.ts';
import { actingAs, type Identity, type KeyScope, type Origin, type Principal } from './context.ts';
import { accountClosed, deviceRevoked } from './devices.ts';
import { roleMay } from './roles.ts';
import { signInAgain } from './sessions.ts';
import { keyHolds, knownRole, roleOf } from './standing.ts';

interface SessionRow {
  readonly device_id: string | null;
  readonly is_active: boolean;
  readonly device_revoked: boolean;
  readonly key_holds: boolean;
  readonly key_scopes: readonly KeyScope[] | null;
  readonly key_project: string | null;
  readonly role: string | null;
}

const sessionOfToken = `SELECT s.device_id, s.is_active, d.revoked_at IS NOT NULL AS device_revoked,
    ${keyHolds('$3', '$4')} AS key_holds, s.metadata->'scopes' AS key_scopes, s.metadata->>'projectId' AS key_project,
    ${roleOf('s.user_id')} AS role
  FROM governance.user_sessions s LEFT JOIN governance.devices d ON d.id = s.device_id
  WHERE s.id = $1 AND s.user_id = $2`;

/**
 * Whom an `Authorization: Bearer …` speaks for: an access token, or an API key. Session, device, person, membership and
 * tenant are looked up each time, so that what is revoked is revoked now. Throws `UNAUTHENTICATED`, and `CLIENT_RETIRED` on a
 * device that was revoked and for a person who was removed.
 */
export async function authenticate(
  identity: Identity,
  header: string | undefined,
  origin: Origin,
): Promise<Principal> {
  const bearer = /^Bearer ([\w.~+/-]{16,2048}=*)$/i.exec(header ?? '')?.[1];
  if (bearer === undefined) throw signInAgain();
  if (isApiKey(bearer)) return principalOfKey(identity, bearer, origin);
  const claims = await readAccessToken(identity.keys.signing, bearer, identity.now());
  if (claims === null) throw signInAgain();
  const acting = actingAs(claims, origin);
  // Asked before anything else of every request: one statement that is planned once, with its transaction in one way there and back.
  const session = await transact(identity.pool, { ...acting, byKey: true }, (_sql, client, commit) => {
    const found = preparedSql(client).first<SessionRow>(sessionOfToken, [
      claims.sessionId,
      claims.userId,
      new Date(identity.now()),
      origin.address ?? null,
    ]);
    commit();
    return found;
  });
  if (session?.device_revoked === true) throw await transact(identity.pool, acting, deviceRevoked);
  if (session === null) throw signInAgain();
  const role = knownRole(session.role);
  if (role === null) throw await transact(identity.pool, acting, (sql) => accountClosed(sql, claims.userId));
  if (!session.is_active || !session.key_holds) throw signInAgain();
  return {
    tenantId: claims.tenantId,
    userId: claims.userId,
    role,
    via: 'session',
    credentialId: claims.sessionId,
    deviceId: session.device_id,
    projectId: session.key_project ?? undefined,
    scopes: session.key_scopes ?? (roleMay(role, 'write') ? ['read', 'write', 'admin'] : ['read', 'admin']),
  };
}
