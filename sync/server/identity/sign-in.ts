import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type KeyScope, type Origin, type Principal } from './context.ts';
import { deviceRevoked, registerDevice, type DeviceWish } from './devices.ts';
import { spendSecondFactor } from './account.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import { openSession, type SignInMethod, type Tokens } from './sessions.ts';
import { activeRole } from './standing.ts';
import type { TenantRole } from './tenant-roles.ts';

/** Where a sign-in leads: a tenant of several, and the laptop, new or known. */
export interface SignInTarget {
  /** Short name of the organisation; needed by those who are in several. */
  readonly tenant?: string | undefined;
  readonly device?: DeviceWish | undefined;
  readonly deviceId?: string | undefined;
}

/** What a laptop learns from a sign-in. */
export interface SignedIn extends Tokens {
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
  readonly user: { readonly id: string; readonly email: string; readonly fullName: string | null };
  readonly role: TenantRole;
  readonly deviceId: string | null;
}

/** A person who has proved who they are. `passwordOf`: when the password was set that they did it with; null where another way. */
export interface ProvenPerson {
  readonly userId: string;
  readonly passwordOf: string | null;
}

interface Credentials {
  readonly password_hash: string | null;
  readonly password_changed_at: string | null;
  readonly mfa_enabled: boolean;
  readonly locked_until: string | null;
}

/** Wrong passwords in a row after which a person waits, whatever address they come from. */
const attemptsBeforeLock = 20;
const lockMs = 15 * 60_000;

/** What a person proves themselves with: a password, and a code where they have a second factor. */
export interface PasswordProof {
  readonly email: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/** Signs a person in by password, and by a second factor where they have one. Throws `UNAUTHENTICATED`, `SECOND_FACTOR`. */
export async function signInByPassword(
  identity: Identity,
  proof: PasswordProof,
  target: SignInTarget,
  origin: Origin,
): Promise<SignedIn> {
  const proven = await proveByPassword(identity, proof, origin);
  return enter(identity, proven, 'password', target, origin);
}

/**
 * The person whom a password, and a code where there is a second factor, belong to. A failure counts towards the lock, whichever
 * way it came. Throws `UNAUTHENTICATED`, `SECOND_FACTOR`.
 */
export async function proveByPassword(
  identity: Identity,
  proof: PasswordProof,
  origin: Origin,
): Promise<ProvenPerson> {
  const found = await identity.pool.query<{ user_id: string; status: string }>(
    'SELECT user_id, status FROM governance.find_person($1)',
    [proof.email],
  );
  const person = found.rows[0];
  const userId = person?.status === 'active' ? person.user_id : null;
  const credentials = userId === null ? null : await readCredentials(identity, userId, origin);
  const isLocked = Date.parse(credentials?.locked_until ?? '') > identity.now();
  const hash = credentials?.password_hash ?? null;
  const matches = await verifyPassword(proof.password, hash);
  if (userId === null || credentials === null || isLocked || !matches) {
    if (userId !== null) await noteFailure(identity, userId, isLocked ? 'locked' : 'password', origin);
    throw wrongProof();
  }
  if (credentials.mfa_enabled) await checkSecondFactor(identity, userId, proof.code, origin);
  if (hash !== null && isOutdated(hash)) await renewHash(identity, userId, hash, proof.password);
  return { userId, passwordOf: credentials.password_changed_at };
}

/**
 * Opens a session for a person who has proved who they are, in the tenant that they name or the only one they have. A password that was
 * changed meanwhile is none any more: who changes it ends what was opened before.
 */
export async function enter(
  identity: Identity,
  { userId, passwordOf }: ProvenPerson,
  method: SignInMethod,
  target: SignInTarget,
  origin: Origin,
): Promise<SignedIn> {
  const tenantId = await chooseTenant(identity, userId, method, target.tenant);
  return transact(identity.pool, actingAs({ tenantId, userId }, origin), async (sql) => {
    const role = await activeRole(sql, userId);
    if (role === null || !(await isStillTheirs(sql, userId, passwordOf))) throw wrongProof();
    const deviceId = await deviceOf(sql, tenantId, userId, target);
    const now = new Date(identity.now());
    await sql.run(
      'UPDATE governance.users SET last_login = $2, login_count = login_count + 1 WHERE id = $1',
      [userId, now],
    );
    await sql.run(
      'UPDATE governance.user_credentials SET failed_attempts = 0, locked_until = NULL WHERE user_id = $1 AND failed_attempts > 0',
      [userId],
    );
    const { sessionId, ...tokens } = await openSession(
      identity,
      sql,
      { tenantId, userId, deviceId },
      method,
      origin,
    );
    await sql.run('SELECT governance.record_event($1)', [
      authentication('sign_in', 'success', { method, session: sessionId }, userId),
    ]);
    return { ...tokens, ...(await introduce(sql, userId)), role, deviceId };
  });
}

/** Opens a session under a key: it may do what the key may, and ends with it. */
export async function signInByKey(
  identity: Identity,
  principal: Principal,
  target: SignInTarget,
  origin: Origin,
): Promise<SignedIn> {
  const { tenantId, userId, role } = principal;
  return transact(identity.pool, actingAs(principal, origin), async (sql) => {
    const deviceId = await deviceOf(sql, tenantId, userId, target);
    const { sessionId, ...tokens } = await openSession(
      identity,
      sql,
      { tenantId, userId, deviceId },
      'api_key',
      origin,
    );
    const scopes: readonly KeyScope[] = principal.scopes;
    await sql.run('UPDATE governance.user_sessions SET metadata = $2 WHERE id = $1', [
      sessionId,
      { keyId: principal.credentialId, scopes, projectId: principal.projectId ?? null },
    ]);
    return { ...tokens, ...(await introduce(sql, userId)), role, deviceId };
  });
}

/** Holds the person's credentials until the transaction ends: true where the password that was set then is still theirs. */
async function isStillTheirs(sql: Sql, userId: string, passwordOf: string | null): Promise<boolean> {
  if (passwordOf === null) return true;
  const held = await sql.first<{ password_changed_at: string | null }>(
    'SELECT password_changed_at FROM governance.user_credentials WHERE user_id = $1 FOR UPDATE',
    [userId],
  );
  return held?.password_changed_at === passwordOf;
}

async function chooseTenant(
  identity: Identity,
  userId: string,
  method: SignInMethod,
  wanted: string | undefined,
): Promise<string> {
  const found = await identity.pool.query<{
    tenant_id: string;
    slug: string;
    status: string;
    tenant_status: string;
    sso_required: boolean;
  }>('SELECT * FROM governance.tenants_of($1)', [userId]);
  const open = found.rows.filter(
    (each) =>
      each.status === 'active' &&
      each.tenant_status === 'active' &&
      (wanted === undefined || each.slug === wanted),
  );
  const [tenant] = open;
  if (tenant === undefined) throw wrongProof();
  if (open.length > 1) {
    throw new ServerError(
      'CONFLICT',
      'You belong to several organisations. Say which one you want to sign in to.',
      {
        tenants: open.map(({ slug }) => slug).join(' '),
      },
    );
  }
  if (tenant.sso_required && method !== 'oidc') {
    throw new ServerError(
      'FORBIDDEN',
      'This organisation signs in through its own identity provider. Use that instead.',
      {
        needs: 'oidc',
      },
    );
  }
  return tenant.tenant_id;
}

async function deviceOf(
  sql: Sql,
  tenantId: string,
  userId: string,
  target: SignInTarget,
): Promise<string | null> {
  if (target.deviceId !== undefined) {
    const known = await sql.first<{ revoked_at: string | null }>(
      'SELECT revoked_at FROM governance.devices WHERE id = $1 AND user_id = $2',
      [target.deviceId, userId],
    );
    if (known === null)
      throw new ServerError('NOT_FOUND', 'This device is not known here. Register it again.');
    if (known.revoked_at !== null) throw await deviceRevoked(sql);
    return target.deviceId;
  }
  return target.device === undefined ? null : registerDevice(sql, tenantId, userId, target.device);
}

async function introduce(sql: Sql, userId: string): Promise<Pick<SignedIn, 'tenant' | 'user'>> {
  const row = await sql.first<{
    id: string;
    slug: string;
    name: string;
    email: string;
    full_name: string | null;
  }>(
    `SELECT t.id, t.slug, t.name, u.email, u.full_name FROM governance.tenants t, governance.users u
      WHERE t.id = governance.current_tenant() AND u.id = $1`,
    [userId],
  );
  if (row === null) throw wrongProof();
  return {
    tenant: { id: row.id, slug: row.slug, name: row.name },
    user: { id: userId, email: row.email, fullName: row.full_name },
  };
}

function readCredentials(identity: Identity, userId: string, origin: Origin): Promise<Credentials | null> {
  return transact(identity.pool, actingAs({ userId }, origin), (sql) =>
    sql.first<Credentials>(
      'SELECT password_hash, password_changed_at, mfa_enabled, locked_until FROM governance.user_credentials WHERE user_id = $1',
      [userId],
    ),
  );
}

async function checkSecondFactor(
  identity: Identity,
  userId: string,
  code: string | undefined,
  origin: Origin,
): Promise<void> {
  if (code === undefined) {
    throw new ServerError('SECOND_FACTOR', 'Enter the six digits of your authenticator, or a recovery code.');
  }
  const spent = await transact(identity.pool, actingAs({ userId }, origin), (sql) =>
    spendSecondFactor(identity, sql, userId, code),
  );
  if (spent) return;
  await noteFailure(identity, userId, 'second factor', origin);
  throw wrongProof();
}

/** Counts a failure towards the lock. While it holds nothing is counted: trying does not make it longer. */
async function noteFailure(
  identity: Identity,
  userId: string,
  reason: string,
  origin: Origin,
): Promise<void> {
  const now = identity.now();
  await transact(identity.pool, actingAs({ userId }, origin), async (sql) => {
    await sql.run(
      `UPDATE governance.user_credentials SET failed_attempts = CASE WHEN failed_attempts + 1 >= $2 THEN 0 ELSE failed_attempts + 1 END,
              locked_until = CASE WHEN failed_attempts + 1 >= $2 THEN $3::timestamptz ELSE locked_until END
        WHERE user_id = $1 AND (locked_until IS NULL OR locked_until <= $4)`,
      [userId, attemptsBeforeLock, new Date(now + lockMs), new Date(now)],
    );
    await sql.run('SELECT governance.record_event($1)', [
      authentication('sign_in', 'failure', { reason }, userId),
    ]);
  });
}

/** Hashes a password anew at today's cost, where nobody has set another meanwhile. */
async function renewHash(
  identity: Identity,
  userId: string,
  outdated: string,
  password: string,
): Promise<void> {
  const hash = await hashPassword(password);
  await transact(identity.pool, { userId }, (sql) =>
    sql.run(
      'UPDATE governance.user_credentials SET password_hash = $2 WHERE user_id = $1 AND password_hash = $3',
      [userId, hash, outdated],
    ),
  );
}

function authentication(action: string, outcome: 'success' | 'failure', details: object, userId: string) {
  return {
    event_type: 'authentication',
    event_category: 'security',
    resource_type: 'users',
    resource_id: userId,
    action,
    outcome,
    details,
  };
}

function wrongProof(): ServerError {
  return new ServerError(
    'UNAUTHENTICATED',
    // The same for everybody: whether an account is locked is nobody's to learn.
    'The e-mail address, the password or the code is not right. Nothing was changed. Try again; after many wrong ones an account opens to nobody for a quarter of an hour.',
  );
}
