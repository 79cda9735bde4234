import { expect, test } from 'vitest';
import { transact } from '../../sync/server/database/pool.ts';
import { changePassword } from '../../sync/server/identity/account.ts';
import { createApiKey, principalOfKey } from '../../sync/server/identity/api-keys.ts';
import { changeMember } from '../../sync/server/identity/change-member.ts';
import { changeDevice, registerOwnDevice } from '../../sync/server/identity/devices.ts';
import { acceptInvitation, invite } from '../../sync/server/identity/invitations.ts';
import { addPerson } from '../../sync/server/identity/members.ts';
import { refreshSession } from '../../sync/server/identity/sessions.ts';
import { enter, proveByPassword, signInByKey } from '../../sync/server/identity/sign-in.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { slowPool } from '../helpers/slow-pool.ts';
import { password, principalOf, signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';

const minute = 60_000;
const from = { address: '192.0.2.1' };
const gone = { code: 'UNAUTHENTICATED' };

describeWithPostgres('what a stolen or outdated proof is good for', (postgres) => {
  const start = async () => testIdentity(await postgres.database());

  test('a thief who refreshes often is found out by the laptop’s next refresh, however old its token is by then', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const stolen = await signIn(identity, 'owner@north.example');
    let thief: { refreshToken: string; accessToken: string } = stolen;
    for (let round = 0; round < 3; round += 1)
      thief = await refreshSession(identity, thief.refreshToken, from);
    await expect(refreshSession(identity, stolen.refreshToken, from)).rejects.toMatchObject(gone);
    await expect(principalOf(identity, thief)).rejects.toMatchObject(gone);
    await expect(refreshSession(identity, thief.refreshToken, from)).rejects.toMatchObject(gone);
  });

  test('a made-up token of somebody’s session ends nothing', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const [one, other] = [
      await signIn(identity, 'owner@north.example'),
      await signIn(identity, 'owner@north.example'),
    ];
    const [session = ''] = one.refreshToken.split('.');
    const [, ...rest] = other.refreshToken.split('.');
    for (const made of [
      `${session}.${rest.join('.')}`,
      `${session}.AAAA`,
      `${session}.AAAA.AAAA`,
      `${session}.`,
    ]) {
      await expect(refreshSession(identity, made, from)).rejects.toMatchObject(gone);
    }
    await expect(principalOf(identity, one)).resolves.toMatchObject({ role: 'owner' });
  });

  test('what was signed in with a key ends with the key’s time, and is good where the key is', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north');
    const userId = people.owner ?? '';
    const { key } = await transact(identity.pool, { tenantId, userId }, (sql) =>
      createApiKey(sql, tenantId, {
        name: 'k',
        userId,
        scopes: ['read'],
        allowedAddresses: ['192.0.2.0/24'],
        expiresAt: identity.now() + 5 * minute,
      }),
    );
    const signedIn = await signInByKey(identity, await principalOfKey(identity, key, from), {}, from);
    await expect(principalOf(identity, signedIn)).resolves.toMatchObject({ scopes: ['read'] });
    const elsewhere = { address: '198.51.100.1' };
    await expect(refreshSession(identity, signedIn.refreshToken, elsewhere)).rejects.toMatchObject(gone);
    const next = await refreshSession(identity, signedIn.refreshToken, from);
    identity.later(6 * minute);
    await expect(principalOf(identity, next)).rejects.toMatchObject(gone);
    await expect(refreshSession(identity, next.refreshToken, from)).rejects.toMatchObject(gone);
  });

  test('a changed password ends the other sessions in every organisation, and sign-ins that began before it', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const { tenantId: south } = await tenantOf(identity, 'south');
    const email = 'owner@north.example';
    await addPerson(identity.pool, { tenantId: south }, { email, role: 'analyst' });
    const signInTo = async (tenant: string) => {
      const proven = await proveByPassword(identity, { email, password }, from);
      return enter(identity, proven, 'password', { tenant }, from);
    };
    const [own, elsewhere] = [await signInTo('north'), await signInTo('south')];
    const begun = await proveByPassword(identity, { email, password }, from);
    identity.later(minute);
    const next = 'three random words here';
    await changePassword(identity, await principalOf(identity, own), { current: password, next }, from);
    await expect(principalOf(identity, own)).resolves.toMatchObject({ role: 'owner' });
    await expect(principalOf(identity, elsewhere)).rejects.toMatchObject(gone);
    await expect(enter(identity, begun, 'password', { tenant: 'north' }, from)).rejects.toMatchObject(gone);
  });

  test('a lock ends after its time, however often somebody tries meanwhile', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const wrong = () =>
      expect(signIn(identity, 'owner@north.example', { password: 'wrong horse' })).rejects.toThrow();
    for (let attempt = 0; attempt < 20; attempt += 1) await wrong();
    identity.later(14 * minute);
    await wrong();
    await expect(signIn(identity, 'owner@north.example')).rejects.toThrow();
    identity.later(2 * minute);
    await wrong();
    await expect(signIn(identity, 'owner@north.example')).resolves.toMatchObject({ role: 'owner' });
  });
});

describeWithPostgres('rights that end while somebody uses them', (postgres) => {
  const start = async () => testIdentity(await postgres.database());

  test('who waits to change people while they lose their role changes nobody', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'admin', 'analyst']);
    const [owner, admin] = [
      await principalOf(identity, await signIn(identity, 'owner@north.example')),
      await principalOf(identity, await signIn(identity, 'admin@north.example')),
    ];
    const promote = { user: people.analyst ?? '', do: 'role', role: 'admin' } as const;
    await changeMember(identity, owner, { user: people.admin ?? '', do: 'remove' }, from);
    await expect(changeMember(identity, admin, promote, from)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const found = await transact(identity.pool, { tenantId }, (sql) =>
      sql.first('SELECT role FROM governance.memberships WHERE user_id = $1', [people.analyst]),
    );
    expect(found).toEqual({ role: 'analyst' });
  });

  test('an invitation is worth what its sender may give when it is used, and none brings back who was removed', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'admin', 'viewer']);
    const owner = await principalOf(identity, await signIn(identity, 'owner@north.example'));
    const byAdmin = { tenantId, userId: people.admin ?? '' };
    const back = await invite(identity, byAdmin, { email: 'friend@elsewhere.example', role: 'admin' });
    const [viewer] = [
      await invite(
        identity,
        { tenantId, userId: owner.userId },
        { email: 'viewer@north.example', role: 'admin' },
      ),
    ];
    await changeMember(identity, owner, { user: people.admin ?? '', do: 'remove' }, from);
    await changeMember(identity, owner, { user: people.viewer ?? '', do: 'remove' }, from);
    for (const { token } of [back, viewer]) {
      await expect(acceptInvitation(identity, { token, password }, {}, from)).rejects.toMatchObject({
        ...gone,
        message: expect.stringContaining('not valid any more') as string,
      });
    }
  });

  test('two invitations of one new person that are accepted at once make one account', async () => {
    const identity = await start();
    const email = 'new@elsewhere.example';
    const tokens = await Promise.all(
      ['north', 'south'].map(async (slug) => {
        const { tenantId } = await tenantOf(identity, slug);
        return (await invite(identity, { tenantId }, { email, role: 'analyst' })).token;
      }),
    );
    const slow = { ...identity, pool: slowPool(identity.pool) };
    const accepted = await Promise.all(
      tokens.map((token) => acceptInvitation(slow, { token, password }, {}, from)),
    );
    expect(new Set(accepted.map(({ user }) => user.id)).size).toBe(1);
    expect(accepted.map(({ tenant }) => tenant.slug)).toEqual(['north', 'south']);
  });

  test('a narrow key shuts out none of its person’s devices', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north');
    const laptop = await principalOf(identity, await signIn(identity, 'owner@north.example'));
    const { deviceId } = await registerOwnDevice(
      identity,
      laptop,
      { name: 'a laptop', encrypted: true },
      from,
    );
    const { key } = await transact(identity.pool, { tenantId }, (sql) =>
      createApiKey(sql, tenantId, { name: 'k', userId: people.owner ?? '', scopes: ['read', 'write'] }),
    );
    const robot = await principalOfKey(identity, key, from);
    for (const act of ['revoke', 'sign-out'] as const) {
      await expect(changeDevice(identity, robot, { id: deviceId, do: act }, from)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
  });
});
