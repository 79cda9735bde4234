import { v7 as uuid } from 'uuid';
import pg from 'pg';
import { type Acting, type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type Origin, type Principal } from './context.ts';
import { insertPerson, joinTenant, reserveSeat } from './members.ts';
import { checkPassword, hashPassword } from './password.ts';
import { mayGrant, requireCapability } from './roles.ts';
import { type TenantRole, tenantRoles } from './tenant-roles.ts';
import { hashSecret, newSecret } from './secrets.ts';
import {
  enter,
  type PasswordProof,
  type ProvenPerson,
  proveByPassword,
  type SignedIn,
  type SignInTarget,
} from './sign-in.ts';
import { activeRole } from './standing.ts';

const lifeMs = 7 * 86_400_000;
/** PostgreSQL's code for a row whose key is there already. */
const uniqueViolation = '23505';

/** Invites somebody; the token is shown this once. It holds a seat until it is used, withdrawn, or a week old. */
export async function invite(
  identity: Identity,
  acting: Acting & { readonly tenantId: string },
  wish: { readonly email: string; readonly role: TenantRole },
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: number }> {
  const [id, token, now] = [uuid(), newSecret(), identity.now()];
  await transact(identity.pool, acting, async (sql) => {
    // A new invitation takes the place of an older one to the same address.
    await sql.run(
      `UPDATE governance.invitations SET revoked_at = $2
        WHERE lower(email) = lower($1) AND accepted_at IS NULL AND revoked_at IS NULL`,
      [wish.email, new Date(now)],
    );
    await reserveSeat(sql, new Date(now));
    await sql.run(
      `INSERT INTO governance.invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        acting.tenantId,
        wish.email,
        wish.role,
        hashSecret(token),
        acting.userId ?? null,
        new Date(now + lifeMs),
      ],
    );
  });
  return { id, token, expiresAt: now + lifeMs };
}

/** Takes an open invitation back: its token is good no more, and its seat is free. Throws `FORBIDDEN`, `NOT_FOUND`. */
export async function withdrawInvitation(
  identity: Identity,
  principal: Principal,
  id: string,
  origin: Origin,
): Promise<void> {
  requireCapability(principal, 'manage-people');
  const withdrawn = await transact(identity.pool, actingAs(principal, origin), (sql) =>
    sql.run(
      'UPDATE governance.invitations SET revoked_at = $2 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL',
      [id, new Date(identity.now())],
    ),
  );
  if (withdrawn === 0) throw new ServerError('NOT_FOUND', 'This invitation is not open any more.');
}

/** An acceptance: the token, and what the person proves themselves with from now on or did before. */
interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly code?: string | undefined;
  readonly fullName?: string | undefined;
}

/**
 * Makes the invited person a member and signs them in. Who has an account proves it as at any sign-in; for everybody else
 * the password given becomes theirs. Throws `UNAUTHENTICATED` for a token that is wrong, used or old, and `SECOND_FACTOR`.
 */
export async function acceptInvitation(
  identity: Identity,
  wish: Acceptance,
  target: SignInTarget,
  origin: Origin,
): Promise<SignedIn> {
  try {
    return await accept(identity, wish, target, origin);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== uniqueViolation) throw error;
    // Two invitations of one new person were accepted at once: this one is that of somebody who has an account by now.
    return accept(identity, wish, target, origin);
  }
}

async function accept(
  identity: Identity,
  wish: Acceptance,
  target: SignInTarget,
  origin: Origin,
): Promise<SignedIn> {
  const hash = hashSecret(wish.token);
  const known = await identity.pool.query<{ invitation_id: string; tenant_id: string }>(
    'SELECT * FROM governance.find_invitation($1)',
    [hash],
  );
  const found = known.rows[0];
  if (found === undefined) throw notValid();
  const tenantId = found.tenant_id;
  const invited = await transact(identity.pool, { tenantId }, (sql) =>
    sql.first<{ email: string }>(
      `SELECT email FROM governance.invitations
        WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2`,
      [hash, new Date(identity.now())],
    ),
  );
  // Said before a password is asked of anybody: an old token is no way to try passwords.
  if (invited === null) throw notValid();
  const { email } = invited;
  const person = await personFor(identity, { email, password: wish.password, code: wish.code }, origin);
  await transact(identity.pool, actingAs({ tenantId, userId: person.userId }, origin), async (sql) => {
    const open = await sql.first<{ role: string; invited_by: string | null }>(
      `UPDATE governance.invitations SET accepted_at = $2, accepted_by = NULL
        WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 RETURNING role, invited_by`,
      [found.invitation_id, new Date(identity.now())],
    );
    const role = tenantRoles.find((each) => each === open?.role);
    if (open === null || role === undefined) throw notValid();
    if (!(await isStillMeant(sql, open.invited_by, role))) throw notValid();
    await reserveSeat(sql, new Date(identity.now()), found.invitation_id);
    if (person.passwordHash !== null) {
      const name = wish.fullName === undefined ? { email } : { email, fullName: wish.fullName };
      await insertPerson(sql, person.userId, name, person.passwordHash);
    }
    await joinTenant(sql, tenantId, person.userId, role, open.invited_by);
    await sql.run('UPDATE governance.invitations SET accepted_by = $2 WHERE id = $1', [
      found.invitation_id,
      person.userId,
    ]);
    await sql.run('UPDATE governance.users SET email_verified = true WHERE id = $1', [person.userId]);
  });
  const slug = await slugOf(identity, tenantId);
  return enter(identity, person, 'invitation', { ...target, tenant: slug }, origin);
}

/** An invitation is worth what its sender may give when it is used: nothing once they were removed. */
async function isStillMeant(sql: Sql, invitedBy: string | null, role: TenantRole): Promise<boolean> {
  if (invitedBy === null) return true;
  const sender = await activeRole(sql, invitedBy);
  return sender !== null && mayGrant(sender, role);
}

/** The person behind an address, proved as at any sign-in; a hash comes with one who is new. */
async function personFor(
  identity: Identity,
  proof: PasswordProof,
  origin: Origin,
): Promise<ProvenPerson & { readonly passwordHash: string | null }> {
  const known = await identity.pool.query('SELECT user_id FROM governance.find_person($1)', [proof.email]);
  if (known.rows.length === 0) {
    checkPassword(proof.password, proof.email);
    return { userId: uuid(), passwordOf: null, passwordHash: await hashPassword(proof.password) };
  }
  try {
    return { ...(await proveByPassword(identity, proof, origin)), passwordHash: null };
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'UNAUTHENTICATED') throw error;
    throw new ServerError(
      'UNAUTHENTICATED',
      'You have an account with this address already. Nothing was changed. Enter the password of that account, and a code where it has a second factor.',
    );
  }
}

async function slugOf(identity: Identity, tenantId: string): Promise<string> {
  const row = await transact(identity.pool, { tenantId }, (sql) =>
    sql.first<{ slug: string }>('SELECT slug FROM governance.tenants WHERE id = governance.current_tenant()'),
  );
  return row?.slug ?? '';
}

function notValid(): ServerError {
  return new ServerError(
    'UNAUTHENTICATED',
    'This invitation is not valid any more. Nothing was changed. Ask for a new one.',
  );
}
