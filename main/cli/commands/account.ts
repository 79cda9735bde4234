import { readInvitation } from '../../../preload/contract/invitation-link.ts';
import { type Action, done } from '../context.ts';
import { table } from '../terminal/output.ts';
import { accountPassword, secretFrom } from '../terminal/secrets.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { countOf } from './people.ts';
import { shownStatus } from './sync.ts';

/** `workbench sync accept`: takes an invitation, and connects the workspace as the person who was invited. */
export function acceptInvitation(link: string, options: { name?: string; code?: string }): Action {
  return async ({ client: open }) => {
    const invitation = readInvitation(link);
    if (invitation === null) throw new UsageError('This is not the link of an invitation.');
    const password = await accountPassword();
    const { name, code } = options;
    const status = await (
      await open()
    ).sync.connect({
      url: invitation.url,
      credentials: {
        invitation: invitation.token,
        password,
        ...(name === undefined ? {} : { fullName: name }),
        ...(code === undefined ? {} : { code }),
      },
    });
    return shownStatus(status);
  };
}

/** `workbench sync account`. */
export function showAccount(): Action {
  return async ({ client: open }) => {
    const account = await (await open()).account.get();
    const { user, tenant, role, secondFactor, recoveryCodesLeft } = account;
    return done(account, [
      `${user.email}, ${role} in ${tenant.name}`,
      secondFactor ? `Second factor on, ${recoveryCodesLeft} recovery codes left` : 'No second factor',
    ]);
  };
}

/** `workbench sync password`. */
export function changePassword(): Action {
  return async ({ client: open }) => {
    const current = await accountPassword();
    const next = await secretFrom('WORKBENCH_SYNC_NEW_PASSWORD', 'New password: ');
    await (await open()).account.changePassword({ current, next });
    return done({ changed: true }, ['The password is changed. Your other devices are signed out.']);
  };
}

/** `workbench sync second-factor on|confirm|off|codes`. */
export function secondFactor(word: string, code: string | undefined): Action {
  return async ({ client: open }) => {
    const { account } = await open();
    if (word === 'on') {
      const offered = await account.offerSecondFactor({ password: await accountPassword() });
      return done(offered, [
        'Put this into your authenticator, then give its first code to `sync second-factor confirm`:',
        offered.address ?? '',
        'Recovery codes, each good once, shown this once:',
        ...(offered.recoveryCodes ?? []),
      ]);
    }
    if (code === undefined) throw new UsageError('A code of the authenticator is needed.');
    if (word === 'confirm') {
      await account.confirmSecondFactor({ code });
      return done({ secondFactor: true }, ['The second factor is on.']);
    }
    const password = await accountPassword();
    if (word === 'off') {
      await account.removeSecondFactor({ password, code });
      return done({ secondFactor: false }, ['The second factor is off.']);
    }
    if (word !== 'codes') throw new UsageError('Say on, confirm, off or codes.');
    const renewed = await account.renewRecoveryCodes({ password, code });
    return done(renewed, [
      'Recovery codes, each good once, shown this once:',
      ...(renewed.recoveryCodes ?? []),
    ]);
  };
}

/** `workbench sync devices list`. */
export function listDevices(): Action {
  return async ({ client: open }) => {
    const { people } = await open();
    const { devices, people: members } = await people.list();
    const emails = new Map(members.map(({ id, email }) => [id, email]));
    const lines = devices.map(({ id, user, name, lastSeen, signedIn, revokedAt }) => [
      id,
      emails.get(user) ?? user,
      name,
      `seen ${lastSeen}`,
      revokedAt !== null ? 'shut out' : signedIn ? 'signed in' : 'signed out',
    ]);
    return done({ devices }, table(lines));
  };
}

const deviceChanges = {
  'sign-out': 'is signed out',
  revoke: 'is shut out',
  readmit: 'may sign in again',
} as const;

/** `workbench sync devices sign-out|revoke|readmit`. */
export function changeDevice(change: keyof typeof deviceChanges): (id: string) => Action {
  return (id) =>
    async ({ client: open }) => {
      await (await open()).people.changeDevice({ id, do: change });
      return done({ id, done: change }, [`The device ${deviceChanges[change]}.`]);
    };
}

/** `workbench sync keys list`. */
export function listKeys(): Action {
  return async ({ client: open }) => {
    const { keys } = await (await open()).people.list();
    const lines = keys.map(({ id, name, scopes, project, status, lastUsedAt }) => [
      id,
      name,
      scopes.join(','),
      project === null ? 'everywhere' : `project ${project}`,
      status,
      lastUsedAt === null ? 'never used' : `used ${lastUsedAt}`,
    ]);
    return done({ keys }, table(lines));
  };
}

const scopes = ['read', 'write', 'admin'] as const;

/** `workbench sync keys create`: the key is shown once. */
export function createKey(
  name: string,
  options: { scopes: string; project?: string; days?: string },
): Action {
  return async ({ client: open }) => {
    const wanted = options.scopes.split(',');
    if (!wanted.every((each) => scopes.some((scope) => scope === each)))
      throw new UsageError('Scopes are read, write and admin.');
    const made = await (
      await open()
    ).account.createKey({
      name,
      scopes: scopes.filter((scope) => wanted.includes(scope)),
      ...(options.project === undefined ? {} : { project: options.project }),
      ...(options.days === undefined ? {} : { days: countOf(options.days, '--days') }),
    });
    return done(made, ['Key, shown this once:', made.key]);
  };
}

/** `workbench sync keys revoke`. */
export function revokeKey(id: string): Action {
  return async ({ client: open }) => {
    await (await open()).account.revokeKey({ id });
    return done({ revoked: id }, ['The key is good no more.']);
  };
}
