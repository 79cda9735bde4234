import { v7 as uuid } from 'uuid';
import { defaultPrivacySettings, privacySettingsSchema } from '../../core/privacy-settings.ts';
import type { ChangeDeviceRequest } from '../../protocol/people.ts';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type Origin, type Principal } from './context.ts';
import { requireCapability, requireWhole } from './roles.ts';

/** A laptop as its person describes it. */
export interface DeviceWish {
  readonly name: string;
  readonly platform?: string | undefined;
  /** True where the workspace on it is encrypted. */
  readonly encrypted: boolean;
}

/** Registers a laptop in a transaction that acts for its person. Throws `FORBIDDEN` where the tenant's policy excludes it. */
export async function registerDevice(
  sql: Sql,
  tenantId: string,
  userId: string,
  wish: DeviceWish,
): Promise<string> {
  await admit(sql, wish);
  const id = uuid();
  await sql.run(
    'INSERT INTO governance.devices (id, tenant_id, user_id, name, platform, encrypted) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, tenantId, userId, wish.name, wish.platform ?? null, wish.encrypted],
  );
  return id;
}

/**
 * Ties a session to its laptop: the one that it was before, where it has an id here, or a new one. Throws `CLIENT_RETIRED` for one
 * that was revoked: it stays so however often it signs in.
 */
export async function registerOwnDevice(
  identity: Identity,
  principal: Principal,
  wish: DeviceWish & { readonly id?: string | undefined },
  origin: Origin,
): Promise<{ readonly deviceId: string }> {
  if (principal.via !== 'session') {
    throw new ServerError('BAD_REQUEST', 'A device belongs to a sign-in. Sign in with the key first.');
  }
  return transact(identity.pool, actingAs(principal, origin), async (sql) => {
    const deviceId =
      (await knownDevice(sql, principal.userId, wish)) ??
      (await registerDevice(sql, principal.tenantId, principal.userId, wish));
    await sql.run('UPDATE governance.user_sessions SET device_id = $2 WHERE id = $1', [
      principal.credentialId,
      deviceId,
    ]);
    return { deviceId };
  });
}

/** The laptop that a person's session names, as it describes itself now; null where it names none of theirs. */
async function knownDevice(
  sql: Sql,
  userId: string,
  wish: DeviceWish & { readonly id?: string | undefined },
): Promise<string | null> {
  if (wish.id === undefined) return null;
  const known = await sql.first<{ revoked_at: string | null }>(
    'SELECT revoked_at FROM governance.devices WHERE id = $1 AND user_id = $2',
    [wish.id, userId],
  );
  if (known === null) return null;
  if (known.revoked_at !== null) throw await deviceRevoked(sql);
  await admit(sql, wish);
  await sql.run('UPDATE governance.devices SET name = $2, platform = $3, encrypted = $4 WHERE id = $1', [
    wish.id,
    wish.name,
    wish.platform ?? null,
    wish.encrypted,
  ]);
  return wish.id;
}

/** Throws `FORBIDDEN` for a laptop that the tenant's policy excludes. */
async function admit(sql: Sql, wish: DeviceWish): Promise<void> {
  const settings = await privacySettingsOf(sql);
  if (settings.devices.require_encryption && !wish.encrypted) {
    throw new ServerError(
      'FORBIDDEN',
      'This organisation only admits encrypted workspaces. Nothing has left this laptop. Encrypt the workspace, then connect again.',
      { needs: 'encryption' },
    );
  }
}

/**
 * Changes a device: one's own, or any where people are one's to manage. Signed out, it can sign in again; revoked, it is told at every
 * request until somebody who manages people lets it in again. Throws `NOT_FOUND`, `FORBIDDEN`.
 */
export async function changeDevice(
  identity: Identity,
  principal: Principal,
  change: ChangeDeviceRequest,
  origin: Origin,
): Promise<void> {
  requireWhole(principal);
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    const device = await sql.first<{ user_id: string }>(
      'SELECT user_id FROM governance.devices WHERE id = $1',
      [change.id],
    );
    if (device === null) throw new ServerError('NOT_FOUND', 'There is no such device in this organisation.');
    if (device.user_id !== principal.userId || change.do === 'readmit') {
      requireCapability(principal, 'manage-people');
    }
    if (change.do === 'readmit') {
      await sql.run('UPDATE governance.devices SET revoked_at = NULL, revoked_by = NULL WHERE id = $1', [
        change.id,
      ]);
      return;
    }
    if (change.do === 'revoke') {
      await sql.run(
        'UPDATE governance.devices SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL',
        [change.id, new Date(identity.now()), principal.userId],
      );
    }
    await sql.run(
      `UPDATE governance.user_sessions SET is_active = false, revoked_reason = $2
        WHERE device_id = $1 AND is_active`,
      [change.id, change.do === 'revoke' ? 'device revoked' : 'signed out from elsewhere'],
    );
  });
}

/** What a revoked device is told: what becomes of its copy is the tenant's policy. */
export async function deviceRevoked(sql: Sql): Promise<ServerError> {
  return new ServerError(
    'CLIENT_RETIRED',
    'This device was removed from the organisation. What was not sent yet is still on it. Ask an administrator.',
    { what: 'device', onRevoke: await onRevoke(sql) },
  );
}

/**
 * What somebody is told who proved who they are and has no place in the tenant any more. One who was removed is treated as a removed
 * device is; a suspension ends some day, and takes nothing from the laptop.
 */
export async function accountClosed(sql: Sql, userId: string): Promise<ServerError> {
  const membership = await sql.first<{ status: string }>(
    'SELECT status FROM governance.memberships WHERE user_id = $1',
    [userId],
  );
  if (membership?.status === 'removed') {
    return new ServerError(
      'CLIENT_RETIRED',
      'Your account was removed from the organisation. What was not sent yet is still on this laptop. Ask an administrator.',
      { what: 'account', onRevoke: await onRevoke(sql) },
    );
  }
  return new ServerError(
    'UNAUTHENTICATED',
    'Your account or organisation is suspended. What is on this laptop stays, and nothing is sent. Ask an administrator.',
    { what: 'suspended' },
  );
}

async function onRevoke(sql: Sql): Promise<string> {
  return (await privacySettingsOf(sql)).devices.on_revoke;
}

/** The privacy settings of the transaction's tenant. */
export async function privacySettingsOf(sql: Sql) {
  const row = await sql.first<{ privacy_settings: unknown }>(
    'SELECT privacy_settings FROM governance.tenants WHERE id = governance.current_tenant()',
  );
  return row === null ? defaultPrivacySettings : privacySettingsSchema.parse(row.privacy_settings);
}
