import type { FastifyInstance } from 'fastify';
import { Secret, TOTP } from 'otpauth';
import { afterEach, expect, test } from 'vitest';
import { totpAnswerSchema } from '../../sync/protocol/auth.ts';
import {
  accountAnswerSchema,
  auditAnswerSchema,
  inviteAnswerSchema,
  peopleAnswerSchema,
} from '../../sync/protocol/people.ts';
import { transact } from '../../sync/server/database/pool.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import type { TenantRole } from '../../sync/server/identity/tenant-roles.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { password, signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';

describeWithPostgres('accounts and people over HTTP', (postgres) => {
  const apps: FastifyInstance[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const start = async (roles: readonly TenantRole[] = ['owner', 'admin', 'analyst']) => {
    const identity = testIdentity(await postgres.database());
    const { tenantId, people } = await tenantOf(identity, 'north', roles);
    const app = await createEdge({ identity, log: silentLog, version: '0' });
    apps.push(app);
    const call = async (path: string, body?: object, token?: string) => {
      const answer = await app.inject({
        method: body === undefined ? 'GET' : 'POST',
        url: `/v1/${path}`,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.json<unknown>() };
    };
    const as = async (role: TenantRole, more: object = {}) => {
      const { accessToken } = await signIn(identity, `${role}@north.example`, more);
      return (path: string, body?: object) => call(path, body, accessToken);
    };
    return { identity, tenantId, people, app, call, as };
  };
  type Caller = Awaited<ReturnType<Awaited<ReturnType<typeof start>>['as']>>;

  /** Sets a second factor up and answers with what makes its codes, and its recovery codes. */
  const secondFactor = async (caller: Caller, now: () => number) => {
    const offered = totpAnswerSchema.parse((await caller('auth/totp', { do: 'offer', password })).body);
    const totp = new TOTP({ secret: Secret.fromBase32(offered.secret ?? '') });
    const code = () => totp.generate({ timestamp: now() });
    expect((await caller('auth/totp', { do: 'confirm', code: code() })).status).toBe(200);
    return { code, recoveryCodes: offered.recoveryCodes ?? [] };
  };

  test('an account says what protects it; a second factor goes and changes only with a code of it', async () => {
    const { identity, as } = await start();
    const analyst = await as('analyst');
    const account = async () => accountAnswerSchema.parse((await analyst('account')).body);
    expect(await account()).toMatchObject({
      role: 'analyst',
      hasPassword: true,
      secondFactor: false,
      recoveryCodesLeft: 0,
      managesPeople: false,
      readsAudit: false,
    });
    const { code, recoveryCodes } = await secondFactor(analyst, identity.now);
    expect(await account()).toMatchObject({ secondFactor: true, recoveryCodesLeft: 10 });
    expect((await analyst('auth/totp', { do: 'offer', password })).status).toBe(409);
    expect((await account()).secondFactor).toBe(true);

    identity.later(60_000);
    const renew = (given: string) => analyst('auth/totp', { do: 'renew-codes', password, code: given });
    expect((await renew('000000')).status).toBe(401);
    const [spent] = recoveryCodes;
    const renewed = totpAnswerSchema.parse((await renew(spent ?? '')).body);
    expect(renewed.recoveryCodes).toHaveLength(10);
    expect((await renew(recoveryCodes[1] ?? '')).status).toBe(401);
    expect((await analyst('auth/totp', { do: 'remove', password, code: code() })).status).toBe(200);
    expect((await account()).secondFactor).toBe(false);
  });

  test('who holds a sign-in of somebody cannot try passwords or codes with it', async () => {
    const { as } = await start();
    const analyst = await as('analyst');
    const seen = [];
    for (let n = 0; n < 10; n += 1) {
      const next = 'another good long one';
      seen.push((await analyst('auth/password', { current: `wrong ${n}`, next })).status);
    }
    expect(seen).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
    expect((await analyst('auth/totp', { do: 'offer', password })).status).toBe(429);
  });

  test('an invitation does not pass a second factor by, and can be withdrawn', async () => {
    const { identity, as, call } = await start();
    await tenantOf(identity, 'south', ['analyst']);
    const south = await signIn(identity, 'analyst@south.example');
    const { code } = await secondFactor((path, body) => call(path, body, south.accessToken), identity.now);
    const admin = await as('admin');
    const invite = async (email: string) =>
      inviteAnswerSchema.parse((await admin('people/invite', { email, role: 'viewer' })).body);
    const { token } = await invite('analyst@south.example');
    expect(await call('auth/accept-invitation', { token, password })).toMatchObject({
      status: 401,
      body: { code: 'SECOND_FACTOR' },
    });
    identity.later(60_000);
    const accepted = await call('auth/accept-invitation', { token, password, code: code() });
    expect(accepted.status).toBe(200);

    const other = await invite('new@example.org');
    const open = async () => peopleAnswerSchema.parse((await admin('people')).body);
    expect(await open()).toMatchObject({
      invitations: [{ email: 'new@example.org', role: 'viewer', invitedBy: 'admin@north.example' }],
      seats: { taken: 5, most: 100 },
    });
    expect((await admin('people/withdraw-invitation', { id: other.id })).status).toBe(200);
    expect((await admin('people/withdraw-invitation', { id: other.id })).status).toBe(404);
    expect(await open()).toMatchObject({ invitations: [], seats: { taken: 4 } });
    expect((await call('auth/accept-invitation', { token: other.token, password })).status).toBe(401);
  });

  test('a suspended member is out until readmitted, and needs a seat again; an admin leaves owners alone', async () => {
    const { identity, tenantId, people, as } = await start();
    const admin = await as('admin');
    const analyst = await as('analyst');
    const change = (what: string, user: string | undefined, more: object = {}) =>
      admin('people/change', { do: what, user, ...more });
    expect((await change('suspend', people.analyst)).status).toBe(200);
    expect(await analyst('account')).toMatchObject({ status: 401, body: { details: { what: 'suspended' } } });
    const limit = (most: number) =>
      transact(identity.pool, { tenantId }, (sql) =>
        sql.run('UPDATE governance.tenants SET max_users = $1', [most]),
      );
    await limit(2);
    expect(await change('readmit', people.analyst)).toMatchObject({ status: 409, body: { code: 'QUOTA' } });
    await limit(3);
    expect((await change('readmit', people.analyst)).status).toBe(200);
    expect((await (await as('analyst'))('account')).status).toBe(200);
    for (const what of ['suspend', 'remove']) {
      expect((await change(what, people.owner)).status).toBe(403);
    }
    expect((await change('suspend', people.admin)).status).toBe(409);
    expect((await change('role', people.admin, { role: 'owner' })).status).toBe(403);
  });

  test('a device is signed out, shut out, and let in again by who manages people', async () => {
    const { as, call, people } = await start();
    const device = { name: 'a laptop', encrypted: true };
    const signInThere = (more: object) =>
      call('auth/sign-in', { email: 'analyst@north.example', password, ...more });
    const first = (await signInThere({ device })).body as { accessToken: string; deviceId: string };
    const { deviceId } = first;
    const there = (path: string) => call(path, undefined, first.accessToken);
    const [analyst, admin] = [await as('analyst'), await as('admin')];
    const change = (caller: Caller, what: string) => caller('devices/change', { id: deviceId, do: what });
    const seen = async () => peopleAnswerSchema.parse((await analyst('people')).body).devices;
    expect(await seen()).toMatchObject([
      { id: deviceId, user: people.analyst, signedIn: true, revokedAt: null },
    ]);

    expect((await change(analyst, 'sign-out')).status).toBe(200);
    expect(await there('account')).toMatchObject({ status: 401 });
    expect(await seen()).toMatchObject([{ signedIn: false, revokedAt: null }]);
    expect((await signInThere({ deviceId })).body).toMatchObject({ deviceId });

    expect((await change(analyst, 'revoke')).status).toBe(200);
    const retired = { status: 409, body: { code: 'CLIENT_RETIRED', details: { what: 'device' } } };
    expect(await signInThere({ deviceId })).toMatchObject(retired);
    expect((await change(analyst, 'readmit')).status).toBe(403);
    expect((await change(admin, 'readmit')).status).toBe(200);
    expect((await signInThere({ deviceId })).status).toBe(200);
    // Another person's device is nobody's to name.
    const owner = { email: 'owner@north.example', password, deviceId };
    expect((await call('auth/sign-in', owner)).status).toBe(404);
  });

  test('members see and change nothing of what is for admins', async () => {
    const { as, people } = await start();
    const analyst = await as('analyst');
    const id = people.owner ?? '';
    const refused = await Promise.all([
      analyst('people/invite', { email: 'x@example.org', role: 'viewer' }),
      analyst('people/change', { do: 'role', user: people.analyst, role: 'admin' }),
      analyst('people/change', { do: 'remove', user: id }),
      analyst('people/withdraw-invitation', { id }),
      analyst('audit', {}),
      analyst('keys/create', { name: 'k', scopes: ['admin'] }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    const admin = await as('admin');
    await admin('people/invite', { email: 'x@example.org', role: 'viewer' });
    expect(await analyst('people')).toMatchObject({ body: { invitations: [], seats: null, devices: [] } });
  });

  test('the audit log says who changed what, with old and new value, and never a secret', async () => {
    const { as, people } = await start();
    const admin = await as('admin');
    const { token } = inviteAnswerSchema.parse(
      (await admin('people/invite', { email: 'new@example.org', role: 'viewer' })).body,
    );
    await admin('people/change', { do: 'role', user: people.analyst, role: 'viewer' });
    const page = async (body: object) => {
      const { body: text } = await admin('audit', body);
      expect(JSON.stringify(text)).not.toContain(token);
      return auditAnswerSchema.parse(text);
    };
    const { entries } = await page({ limit: 200 });
    expect(entries[0]).toMatchObject({
      by: 'admin@north.example',
      action: 'memberships.update',
      about: 'analyst@north.example',
      changes: [{ field: 'role', old: 'analyst', new: 'viewer' }],
    });
    const invited = entries.find(({ action }) => action === 'invitations.create');
    expect(invited?.notKept).toEqual(['token_hash']);
    expect(invited?.changes).toContainEqual({ field: 'email', old: null, new: 'new@example.org' });
    // Pages fit together.
    const first = await page({ limit: 2 });
    const second = await page({ limit: 2, before: first.next ?? 0 });
    expect([...first.entries, ...second.entries]).toEqual(entries.slice(0, 4));
  });

  test('a page of another origin can neither read nor use a sign-in: no cookies, no tokens in addresses', async () => {
    const { app, identity } = await start();
    const { accessToken } = await signIn(identity, 'owner@north.example');
    const elsewhere = { origin: 'https://elsewhere.example' };
    for (const request of [
      { url: `/v1/account?access_token=${accessToken}&token=${accessToken}`, headers: elsewhere },
      { url: '/v1/account', headers: { ...elsewhere, cookie: `token=${accessToken}` } },
    ]) {
      expect((await app.inject(request)).statusCode).toBe(401);
    }
    const answer = await app.inject({
      url: '/v1/account',
      headers: { ...elsewhere, authorization: `Bearer ${accessToken}` },
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const asked = await app.inject({
      method: 'OPTIONS',
      url: '/v1/people/invite',
      headers: { ...elsewhere, 'access-control-request-method': 'POST' },
    });
    expect(asked.statusCode).toBe(404);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});
