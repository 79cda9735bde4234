import { TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { transact } from '../../sync/server/database/pool.ts';
import {
  changePassword,
  confirmSecondFactor,
  offerSecondFactor,
  removeSecondFactor,
} from '../../sync/server/identity/account.ts';
import { createApiKey, principalOfKey, revokeApiKey } from '../../sync/server/identity/api-keys.ts';
import { authenticate } from '../../sync/server/identity/authenticate.ts';
import { changeDevice, registerOwnDevice } from '../../sync/server/identity/devices.ts';
import { acceptInvitation, invite } from '../../sync/server/identity/invitations.ts';
import { changeMember } from '../../sync/server/identity/change-member.ts';
import { addPerson } from '../../sync/server/identity/members.ts';
import { endSession, forgetOldSessions, refreshSession } from '../../sync/server/identity/sessions.ts';
import { signInByKey, signInByPassword } from '../../sync/server/identity/sign-in.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { password, principalOf, signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';

const minute = 60_000;
const from = { address: '192.0.2.1' };

describeWithPostgres('identity', (postgres) => {
  const start = async () => testIdentity(await postgres.database());

  test('a password signs in its own person; every other proof gets the same answer', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north');
    const signedIn = await signIn(identity, 'OWNER@north.example');
    expect(signedIn).toMatchObject({
      tenant: { id: tenantId, slug: 'north' },
      role: 'owner',
      deviceId: null,
    });
    expect(await principalOf(identity, signedIn)).toMatchObject({
      tenantId,
      userId: people.owner,
      role: 'owner',
    });
    const refusals = await Promise.allSettled([
      signIn(identity, 'owner@north.example', { password: 'wrong horse battery' }),
      signIn(identity, 'nobody@north.example'),
      signIn(identity, "' OR true --"),
    ]);
    const messages = refusals.map((each) => (each.status === 'rejected' ? String(each.reason) : 'let in'));
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain('is not right');
  });

  test('many wrong passwords in a row lock the person for a while, whoever sends them', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(signIn(identity, 'owner@north.example', { password: 'wrong horse' })).rejects.toThrow();
    }
    await expect(signIn(identity, 'owner@north.example')).rejects.toThrow('is not right');
    identity.later(16 * minute);
    await expect(signIn(identity, 'owner@north.example')).resolves.toMatchObject({ role: 'owner' });
  });

  test('an access token ends with its time; forged and foreign ones are refused', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const signedIn = await signIn(identity, 'owner@north.example');
    const other = { ...identity, keys: { ...identity.keys, signing: new Uint8Array(32) } };
    await expect(principalOf(other, signedIn)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const [header, body] = signedIn.accessToken.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body ?? ''}.`;
    for (const token of [unsigned, `${header ?? ''}.${body ?? ''}.AAAA`, 'x'.repeat(40), '']) {
      await expect(authenticate(identity, `Bearer ${token}`, from)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    await expect(authenticate(identity, undefined, from)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    identity.later(16 * minute);
    await expect(principalOf(identity, signedIn)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a refresh token is good once; a lost answer is forgiven for a short while, a thief is not', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const first = await signIn(identity, 'owner@north.example');
    const second = await refreshSession(identity, first.refreshToken, from);
    const again = await refreshSession(identity, first.refreshToken, from);
    expect(again.refreshToken).not.toBe(second.refreshToken);
    await expect(principalOf(identity, again)).resolves.toMatchObject({ role: 'owner' });
    identity.later(3 * minute);
    await expect(refreshSession(identity, second.refreshToken, from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(principalOf(identity, again)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(refreshSession(identity, again.refreshToken, from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(refreshSession(identity, 'nonsense', from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  test('two refreshes of one token at once leave one session that works', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const first = await signIn(identity, 'owner@north.example');
    const both = await Promise.all([1, 2].map(() => refreshSession(identity, first.refreshToken, from)));
    identity.later(minute);
    const next = await Promise.any(
      both.map(({ refreshToken }) => refreshSession(identity, refreshToken, from)),
    );
    await expect(principalOf(identity, next)).resolves.toMatchObject({ role: 'owner' });
  });

  test('what ends a session ends it now: sign-out, suspension, removal, a suspended organisation', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'analyst']);
    const owner = await principalOf(identity, await signIn(identity, 'owner@north.example'));
    const out = await signIn(identity, 'analyst@north.example');
    const analyst = await principalOf(identity, out);
    await transact(identity.pool, { tenantId }, (sql) => endSession(sql, analyst.credentialId, 'signed out'));
    await expect(principalOf(identity, out)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(refreshSession(identity, out.refreshToken, from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });

    const removed = await signIn(identity, 'analyst@north.example');
    await changeMember(identity, owner, { do: 'suspend', user: people.analyst ?? '' }, from);
    const suspended = { code: 'UNAUTHENTICATED', details: { what: 'suspended' } };
    await expect(principalOf(identity, removed)).rejects.toMatchObject(suspended);
    await expect(refreshSession(identity, removed.refreshToken, from)).rejects.toMatchObject(suspended);
    await changeMember(identity, owner, { do: 'remove', user: people.analyst ?? '' }, from);
    const closed = { code: 'CLIENT_RETIRED', details: { what: 'account', onRevoke: 'keep_encrypted' } };
    await expect(principalOf(identity, removed)).rejects.toMatchObject(closed);
    await expect(refreshSession(identity, removed.refreshToken, from)).rejects.toMatchObject(closed);
    await expect(refreshSession(identity, `${removed.refreshToken}x`, from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(signIn(identity, 'analyst@north.example')).rejects.toThrow('is not right');

    const last = await signIn(identity, 'owner@north.example');
    await transact(identity.pool, { tenantId }, (sql) =>
      sql.run("UPDATE governance.tenants SET status = 'suspended'"),
    );
    await expect(principalOf(identity, last)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('sessions that are long over are forgotten, the others stay', async () => {
    const identity = await start();
    const { tenantId } = await tenantOf(identity, 'north');
    const day = 24 * 60 * minute;
    await signIn(identity, 'owner@north.example');
    identity.later(100 * day);
    const forget = () =>
      transact(identity.pool, { tenantId }, (sql) => forgetOldSessions(sql, identity.now()));
    const later = await signIn(identity, 'owner@north.example');
    expect(await forget()).toBe(0);
    identity.later(30 * day);
    expect(await forget()).toBe(1);
    await expect(refreshSession(identity, later.refreshToken, from)).resolves.toBeDefined();
  });

  test('the record says once how often a session was refreshed: when it ends or runs out', async () => {
    const identity = await start();
    const { tenantId } = await tenantOf(identity, 'north');
    const recorded = () =>
      transact(identity.pool, { tenantId }, (sql) =>
        sql.rows<{ action: string; ended: string | null; sum: { last_activity: string } | null }>(
          `SELECT l.action, ended.new ->> 0 AS ended, summed.new AS sum FROM governance.audit_logs l
             LEFT JOIN governance.audit_values ended ON ended.log_id = l.id AND ended.field = 'revoked_reason'
             LEFT JOIN governance.audit_values summed ON summed.log_id = l.id AND summed.field = 'metadata'
            WHERE l.resource_type = 'user_sessions' AND l.action = 'user_sessions.update' ORDER BY l.n`,
        ),
      );
    const before = (await recorded()).length;
    const lives: string[] = [];
    for (const times of [20, 3]) {
      let { refreshToken } = await signIn(identity, 'owner@north.example');
      for (let at = 0; at < times; at += 1) {
        identity.later(15 * minute);
        ({ refreshToken } = await refreshSession(identity, refreshToken, from));
      }
      lives.push(refreshToken.split('.')[0] ?? '');
    }
    const used = identity.now();
    expect((await recorded()).slice(before)).toEqual([]);
    await transact(identity.pool, { tenantId }, (sql) => endSession(sql, lives[0] ?? '', 'signed out'));
    identity.later(91 * 24 * 60 * minute);
    await transact(identity.pool, { tenantId }, (sql) => forgetOldSessions(sql, identity.now()));
    const [first, second] = (await recorded()).slice(before);
    expect(first).toMatchObject({ ended: 'signed out', sum: { refreshes: 20 } });
    expect(second).toMatchObject({ ended: 'expired', sum: { refreshes: 3 } });
    expect(Date.parse(second?.sum?.last_activity ?? '')).toBe(used);
    const broken = await identity.pool.query('SELECT governance.verify_audit($1) AS at', [tenantId]);
    expect(broken.rows).toEqual([{ at: null }]);
  });

  test('a changed password signs the other devices out, not this one', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const [here, elsewhere] = [
      await signIn(identity, 'owner@north.example'),
      await signIn(identity, 'owner@north.example'),
    ];
    const principal = await principalOf(identity, here);
    const change = (current: string, next: string) =>
      changePassword(identity, principal, { current, next }, from);
    await expect(change('wrong one', 'a new long password')).rejects.toThrow('is not right');
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'owner@north.example!']) {
      await expect(change(password, weak)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    await change(password, 'a new long password');
    await expect(principalOf(identity, here)).resolves.toMatchObject({ role: 'owner' });
    await expect(principalOf(identity, elsewhere)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(signIn(identity, 'owner@north.example')).rejects.toThrow('is not right');
    await expect(
      signIn(identity, 'owner@north.example', { password: 'a new long password' }),
    ).resolves.toBeDefined();
  });

  test('a second factor is asked for once it is confirmed; a code and a recovery code serve once', async () => {
    const identity = await start();
    await tenantOf(identity, 'north');
    const email = 'owner@north.example';
    const principal = await principalOf(identity, await signIn(identity, email));
    const offered = await offerSecondFactor(identity, principal, password, from);
    await expect(signIn(identity, email)).resolves.toBeDefined();
    const code = () => new TOTP({ secret: offered.secret }).generate({ timestamp: identity.now() });
    const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, '0');
    await expect(confirmSecondFactor(identity, principal, wrong, from)).rejects.toThrow('is not right');
    await confirmSecondFactor(identity, principal, code(), from);
    await expect(signIn(identity, email)).rejects.toMatchObject({ code: 'SECOND_FACTOR' });
    await expect(signIn(identity, email, { code: code() })).rejects.toThrow('is not right');
    identity.later(minute);
    const next = code();
    const both = await Promise.allSettled([1, 2].map(() => signIn(identity, email, { code: next })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const recovery = offered.recoveryCodes[3] ?? '';
    await expect(signIn(identity, email, { code: recovery.toUpperCase() })).resolves.toBeDefined();
    await expect(signIn(identity, email, { code: recovery })).rejects.toThrow('is not right');
    identity.later(minute);
    await removeSecondFactor(identity, principal, { password, code: code() }, from);
    await expect(signIn(identity, email)).resolves.toBeDefined();
  });

  test('a key speaks for its person within its scopes, from its addresses, until it ends', async () => {
    const identity = await start();
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'analyst']);
    const make = (wish: object) =>
      transact(identity.pool, { tenantId }, (sql) =>
        createApiKey(sql, tenantId, {
          name: 'a key',
          userId: people.analyst ?? '',
          scopes: ['read'],
          ...wish,
        }),
      );
    const { key, id } = await make({
      allowedAddresses: ['192.0.2.0/24'],
      expiresAt: identity.now() + minute,
    });
    expect(await principalOfKey(identity, key, from)).toMatchObject({
      userId: people.analyst,
      via: 'api_key',
      scopes: ['read'],
    });
    for (const [text, address] of [
      [`${key}x`, '192.0.2.1'],
      [key, '198.51.100.1'],
      ['wbk_none_such', '192.0.2.1'],
    ] as const) {
      await expect(principalOfKey(identity, text, { address })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    await expect(make({ scopes: ['admin'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const signedIn = await signInByKey(identity, await principalOfKey(identity, key, from), {}, from);
    expect((await principalOf(identity, signedIn)).scopes).toEqual(['read']);
    const owner = await principalOf(identity, await signIn(identity, 'owner@north.example'));
    await revokeApiKey(identity, owner, id, from);
    await expect(principalOfKey(identity, key, from)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(principalOf(identity, signedIn)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const short = await make({ expiresAt: identity.now() + minute });
    identity.later(2 * minute);
    await expect(principalOfKey(identity, short.key, from)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  test('a revoked device is told so, and what becomes of its copy; its tokens are dead', async () => {
    const identity = await start();
    const { tenantId } = await tenantOf(identity, 'north');
    const signedIn = await signIn(identity, 'owner@north.example');
    const laptop = await principalOf(identity, signedIn);
    const { deviceId } = await registerOwnDevice(
      identity,
      laptop,
      { name: 'a laptop', encrypted: true },
      from,
    );
    expect((await principalOf(identity, signedIn)).deviceId).toBe(deviceId);
    const elsewhere = await principalOf(identity, await signIn(identity, 'owner@north.example'));
    await changeDevice(identity, elsewhere, { id: deviceId, do: 'revoke' }, from);
    const retired = { code: 'CLIENT_RETIRED', details: { onRevoke: 'keep_encrypted' } };
    await expect(principalOf(identity, signedIn)).rejects.toMatchObject(retired);
    await expect(refreshSession(identity, signedIn.refreshToken, from)).rejects.toMatchObject(retired);
    await expect(
      signInByPassword(identity, { email: 'owner@north.example', password }, { deviceId }, from),
    ).rejects.toMatchObject(retired);
    await transact(identity.pool, { tenantId }, (sql) =>
      sql.run('UPDATE governance.tenants SET privacy_settings = $1', [
        { devices: { require_encryption: true } },
      ]),
    );
    await expect(
      registerOwnDevice(identity, elsewhere, { name: 'another', encrypted: false }, from),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('an invitation makes a member once; somebody who is known keeps their own password', async () => {
    const identity = await start();
    const { tenantId } = await tenantOf(identity, 'north');
    const south = await tenantOf(identity, 'south', ['analyst']);
    const send = (email: string) => invite(identity, { tenantId }, { email, role: 'viewer' });
    const accept = (token: string, own = password) =>
      acceptInvitation(identity, { token, password: own }, {}, from);

    const older = await send('new@example.org');
    const { token } = await send('NEW@example.org');
    await expect(accept(older.token)).rejects.toThrow('not valid');
    const both = await Promise.allSettled([accept(token), accept(token)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(accept(token)).rejects.toThrow();
    expect((await signIn(identity, 'new@example.org')).role).toBe('viewer');

    const known = await send('analyst@south.example');
    await expect(accept(known.token, 'another long password')).rejects.toThrow('account with this address');
    expect(await accept(known.token)).toMatchObject({
      tenant: { id: tenantId },
      user: { id: south.people.analyst },
    });
    await expect(signIn(identity, 'analyst@south.example')).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { tenants: 'south north' },
    });
    const late = await send('late@example.org');
    identity.later(8 * 24 * 60 * minute);
    await expect(accept(late.token)).rejects.toThrow('not valid');
  });

  test('a tenant has no more people than its quota, however many join at once', async () => {
    const identity = await start();
    const { tenantId } = await tenantOf(identity, 'north');
    await transact(identity.pool, { tenantId }, (sql) =>
      sql.run('UPDATE governance.tenants SET max_users = 4'),
    );
    const joins = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        addPerson(identity.pool, { tenantId }, { email: `p${n}@example.org`, role: 'analyst' }),
      ),
    );
    expect(joins.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(
      invite(identity, { tenantId }, { email: 'x@example.org', role: 'viewer' }),
    ).rejects.toMatchObject({
      code: 'QUOTA',
    });
  });

  test('nobody gives away more than they have, and an owner remains', async () => {
    const identity = await start();
    const { people } = await tenantOf(identity, 'north', ['owner', 'admin', 'analyst', 'viewer']);
    const as = async (role: string) => principalOf(identity, await signIn(identity, `${role}@north.example`));
    const [owner, admin, analyst] = [await as('owner'), await as('admin'), await as('analyst')];
    const change = (
      who: typeof owner,
      userId: string | undefined,
      role: 'owner' | 'admin' | 'viewer' | null,
    ) =>
      changeMember(
        identity,
        who,
        role === null ? { do: 'remove', user: userId ?? '' } : { do: 'role', user: userId ?? '', role },
        from,
      );
    await expect(change(analyst, people.viewer, 'admin')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(admin, people.viewer, 'owner')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(admin, people.owner, null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(change(owner, people.owner, 'viewer')).rejects.toMatchObject({ code: 'CONFLICT' });
    await change(admin, people.viewer, 'admin');
    await change(owner, people.admin, 'owner');
    await change(owner, people.owner, 'viewer');
    expect((await as('owner')).role).toBe('viewer');
  });
});
