import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type Origin, type Principal } from './context.ts';
import { checkPassword, hashPassword, verifyPassword } from './password.ts';
import {
  hashRecoveryCode,
  matchRecoveryCode,
  newRecoveryCodes,
  newSecondFactor,
  type NewSecondFactor,
  stepOfCode,
} from './second-factor.ts';
import { seal, unseal } from './secrets.ts';
import { endSessionsEverywhere } from './sessions.ts';

/** Changes a person's own password; every other session of theirs ends, in whichever organisation. Throws `UNAUTHENTICATED` where the old one is wrong. */
export async function changePassword(
  identity: Identity,
  principal: Principal,
  passwords: { readonly current: string; readonly next: string },
  origin: Origin,
): Promise<void> {
  const email = await proveAgain(identity, principal, passwords.current, origin);
  checkPassword(passwords.next, email);
  const hash = await hashPassword(passwords.next);
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    await sql.run(
      'UPDATE governance.user_credentials SET password_hash = $2, password_changed_at = $3 WHERE user_id = $1',
      [principal.userId, hash, new Date(identity.now())],
    );
    await endSessionsEverywhere(sql, principal, 'password changed', principal.credentialId);
  });
}

/**
 * Begins to set a second factor up. It counts once a code of it was shown. Throws `CONFLICT` where there is one: the password alone
 * must not take it away.
 */
export async function offerSecondFactor(
  identity: Identity,
  principal: Principal,
  password: string,
  origin: Origin,
): Promise<NewSecondFactor> {
  const email = await proveAgain(identity, principal, password, origin);
  const made = newSecondFactor(email);
  const offered = await transact(identity.pool, actingAs(principal, origin), (sql) =>
    sql.run(
      `UPDATE governance.user_credentials SET mfa_secret = $2, mfa_last_step = NULL, mfa_recovery_hashes = $3
        WHERE user_id = $1 AND NOT mfa_enabled`,
      [
        principal.userId,
        seal(identity.keys.sealing, sealContext(principal.userId), made.secret),
        made.recoveryCodes.map(hashRecoveryCode),
      ],
    ),
  );
  if (offered > 0) return made;
  throw new ServerError(
    'CONFLICT',
    'You have a second factor already. Nothing was changed. Remove it first, with a code of it.',
  );
}

/** Turns the second factor on, by a code that only its authenticator can show. Throws `UNAUTHENTICATED` for a wrong one. */
export async function confirmSecondFactor(
  identity: Identity,
  principal: Principal,
  code: string,
  origin: Origin,
): Promise<void> {
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    const row = await secretOf(sql, principal.userId);
    if (row?.mfa_secret == null) throw new ServerError('CONFLICT', 'There is no second factor to confirm.');
    const secret = unseal(identity.keys.sealing, sealContext(principal.userId), row.mfa_secret);
    const step = stepOfCode(secret, code, identity.now(), null);
    if (step === null) throw wrongCode();
    await sql.run(
      'UPDATE governance.user_credentials SET mfa_enabled = true, mfa_last_step = $2 WHERE user_id = $1',
      [principal.userId, step],
    );
  });
}

/** Turns the second factor off, for somebody who knows the password and can show a code. */
export async function removeSecondFactor(
  identity: Identity,
  principal: Principal,
  proof: { readonly password: string; readonly code: string },
  origin: Origin,
): Promise<void> {
  await proveAgain(identity, principal, proof.password, origin);
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    if (!(await spendSecondFactor(identity, sql, principal.userId, proof.code))) throw wrongCode();
    await sql.run(
      `UPDATE governance.user_credentials
          SET mfa_enabled = false, mfa_secret = NULL, mfa_last_step = NULL, mfa_recovery_hashes = '{}' WHERE user_id = $1`,
      [principal.userId],
    );
  });
}

/** New recovery codes in place of those that are left, for somebody who knows the password and can show a code. */
export async function renewRecoveryCodes(
  identity: Identity,
  principal: Principal,
  proof: { readonly password: string; readonly code: string },
  origin: Origin,
): Promise<{ readonly recoveryCodes: readonly string[] }> {
  await proveAgain(identity, principal, proof.password, origin);
  const recoveryCodes = newRecoveryCodes();
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    if (!(await spendSecondFactor(identity, sql, principal.userId, proof.code))) throw wrongCode();
    await sql.run('UPDATE governance.user_credentials SET mfa_recovery_hashes = $2 WHERE user_id = $1', [
      principal.userId,
      recoveryCodes.map(hashRecoveryCode),
    ]);
  });
  return { recoveryCodes };
}

/** True where a code or a recovery code is right; it is spent with it, also where two come with it at once. */
export async function spendSecondFactor(
  identity: Identity,
  sql: Sql,
  userId: string,
  code: string,
): Promise<boolean> {
  const row = await secretOf(sql, userId);
  if (row?.mfa_secret == null || !row.mfa_enabled) return false;
  const secret = unseal(identity.keys.sealing, sealContext(userId), row.mfa_secret);
  const last = row.mfa_last_step === null ? null : Number(row.mfa_last_step);
  const step = stepOfCode(secret, code, identity.now(), last);
  if (step !== null) {
    await sql.run('UPDATE governance.user_credentials SET mfa_last_step = $2 WHERE user_id = $1', [
      userId,
      step,
    ]);
    return true;
  }
  const hash = matchRecoveryCode(code, row.mfa_recovery_hashes);
  if (hash === null) return false;
  await sql.run(
    'UPDATE governance.user_credentials SET mfa_recovery_hashes = array_remove(mfa_recovery_hashes, $2) WHERE user_id = $1',
    [userId, hash],
  );
  return true;
}

interface SecretRow {
  readonly mfa_secret: string | null;
  readonly mfa_enabled: boolean;
  readonly mfa_last_step: string | null;
  readonly mfa_recovery_hashes: readonly string[];
}

function secretOf(sql: Sql, userId: string): Promise<SecretRow | null> {
  return sql.first<SecretRow>(
    `SELECT mfa_secret, mfa_enabled, mfa_last_step, mfa_recovery_hashes
       FROM governance.user_credentials WHERE user_id = $1 FOR UPDATE`,
    [userId],
  );
}

/** What is changed for good asks for the password again. Answers with the person's address. */
async function proveAgain(
  identity: Identity,
  principal: Principal,
  password: string,
  origin: Origin,
): Promise<string> {
  const row = await transact(identity.pool, actingAs(principal, origin), (sql) =>
    sql.first<{ email: string; password_hash: string | null }>(
      `SELECT u.email, c.password_hash FROM governance.users u
         JOIN governance.user_credentials c ON c.user_id = u.id WHERE u.id = $1`,
      [principal.userId],
    ),
  );
  if (row !== null && (await verifyPassword(password, row.password_hash))) return row.email;
  throw new ServerError('UNAUTHENTICATED', 'The password is not right. Nothing was changed. Try again.');
}

function sealContext(userId: string): string {
  return `second factor of ${userId}`;
}

function wrongCode(): ServerError {
  return new ServerError('UNAUTHENTICATED', 'The code is not right. Nothing was changed. Try the next one.');
}
