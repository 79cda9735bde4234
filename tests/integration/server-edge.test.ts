import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { errorAnswerSchema } from '../../sync/protocol/messages.ts';
import {
  refreshAnswerSchema,
  registerDeviceAnswerSchema,
  signedInSchema,
  totpAnswerSchema,
} from '../../sync/protocol/auth.ts';
import { defaultLimits, type EdgeLimits } from '../../sync/server/http/limits.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { jsonLog } from '../../sync/server/http/log.ts';
import { invite } from '../../sync/server/identity/invitations.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { password, tenantOf, testIdentity } from '../helpers/server-identity.ts';

describeWithPostgres('the edge', (postgres) => {
  const apps: FastifyInstance[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const start = async (limits: Partial<EdgeLimits> = { requestsPerMinute: 1000, signInsPerMinute: 1000 }) => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const { tenantId } = await tenantOf(identity, 'north');
    const lines: string[] = [];
    const app = await createEdge({
      identity,
      log: jsonLog((line) => lines.push(line)),
      version: '1.2.3',
      limits: { ...defaultLimits, ...limits },
    });
    apps.push(app);
    const post = async (path: string, payload?: object | string, token?: string) => {
      const answer = await app.inject({
        method: 'POST',
        url: path,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          'content-type': 'application/json',
        },
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.json<unknown>() };
    };
    return { app, post, identity, tenantId, lines };
  };
  const owner = { email: 'owner@north.example', password };

  test('signs in, refreshes, registers a laptop, changes the password and signs out, in the forms of the protocol', async () => {
    const { app, post } = await start();
    expect((await app.inject('/v1/health')).json()).toEqual({ ok: true, version: '1.2.3' });
    const signedIn = signedInSchema.parse((await post('/v1/auth/sign-in', owner)).body);
    const refreshed = refreshAnswerSchema.parse(
      (await post('/v1/auth/refresh', { refreshToken: signedIn.refreshToken })).body,
    );
    const token = refreshed.accessToken;
    const device = await post('/v1/auth/register-device', { name: 'a laptop', encrypted: true }, token);
    expect(registerDeviceAnswerSchema.safeParse(device.body).success).toBe(true);
    const offered = totpAnswerSchema.parse(
      (await post('/v1/auth/totp', { do: 'offer', password }, token)).body,
    );
    expect(offered.address).toMatch(/^otpauth:\/\/totp\//);
    const next = 'another good long one';
    expect((await post('/v1/auth/password', { current: password, next }, token)).status).toBe(200);
    expect((await post('/v1/auth/sign-out', {}, token)).status).toBe(200);
    expect((await post('/v1/auth/sign-out', {}, token)).status).toBe(401);
  });

  test('an invitation is accepted with a laptop at once', async () => {
    const { post, identity, tenantId } = await start();
    const { token } = await invite(identity, { tenantId }, { email: 'new@example.org', role: 'analyst' });
    const accepted = await post('/v1/auth/accept-invitation', {
      token,
      password,
      fullName: 'A New Person',
      device: { name: 'a laptop', encrypted: false },
    });
    expect(signedInSchema.parse(accepted.body)).toMatchObject({
      user: { fullName: 'A New Person' },
      role: 'analyst',
    });
  });

  test('refuses what does not have the form, in one form itself, and never with what was sent', async () => {
    const { app, post } = await start();
    const wrong: (string | undefined)[] = [
      undefined,
      '',
      'not json with a secret-in-it',
      '[]',
      '{"email":"a@b.example","password":"secret-in-it","more":1}',
      '{"email":["secret-in-it"],"password":"x"}',
      '{"__proto__":{"email":"secret-in-it"}}',
      '{"email":"a@b.example","password":"x","tenant":"\\u0000"}',
      `{"email":"a@b.example","password":"${'x'.repeat(300)}"}`,
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ];
    for (const payload of wrong) {
      const answer = await post('/v1/auth/sign-in', payload);
      expect([payload?.slice(0, 60), answer.status < 500 && answer.status >= 400]).toEqual([
        payload?.slice(0, 60),
        true,
      ]);
      expect(errorAnswerSchema.safeParse(answer.body).success).toBe(true);
      expect(JSON.stringify(answer.body)).not.toContain('secret-in-it');
    }
    const large = await post('/v1/auth/sign-in', `{"email":"${'x'.repeat(100_000)}"}`);
    expect(large).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
    expect((await app.inject('/v1/nothing')).json()).toMatchObject({ code: 'NOT_FOUND' });
    const text = await app.inject({
      method: 'POST',
      url: '/v1/auth/sign-in',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect(text.statusCode).toBe(400);
  });

  test('slows down who tries many passwords, for addresses that nobody has in the same way', async () => {
    const { post, identity } = await start();
    const tries = async (email: string) => {
      const seen: number[] = [];
      for (let n = 0; n < 10; n += 1)
        seen.push((await post('/v1/auth/sign-in', { email, password: 'no' })).status);
      return seen;
    };
    const known = await tries('owner@north.example');
    expect(known).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
    expect(await tries('nobody@north.example')).toEqual(known);
    const refused = await post('/v1/auth/sign-in', owner);
    expect(refused).toMatchObject({ status: 429, body: { code: 'BUSY' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    identity.later(11_000);
    expect((await post('/v1/auth/sign-in', owner)).status).toBe(200);
  });

  test('slows down an address that asks too much', async () => {
    const { app, post } = await start({ requestsPerMinute: 20, signInsPerMinute: 3 });
    const signIns = [];
    for (let n = 0; n < 5; n += 1)
      signIns.push((await post('/v1/auth/refresh', { refreshToken: 'x' })).status);
    expect(signIns).toEqual([401, 401, 401, 429, 429]);
    const health = [];
    for (let n = 0; n < 25; n += 1) health.push((await app.inject('/v1/health')).statusCode);
    expect(health.filter((status) => status === 429).length).toBeGreaterThan(0);
  });

  test('logs ids and codes, and neither addresses of people nor secrets', async () => {
    const { post, lines } = await start();
    await post('/v1/auth/sign-in', { ...owner, password: 'a wrong password' });
    const signedIn = signedInSchema.parse((await post('/v1/auth/sign-in', owner)).body);
    await post('/v1/auth/refresh', { refreshToken: `${signedIn.refreshToken}x` });
    const text = lines.join('');
    expect(text).toContain('UNAUTHENTICATED');
    for (const secret of [
      owner.email,
      password,
      'a wrong password',
      signedIn.refreshToken,
      signedIn.accessToken,
    ]) {
      expect(text).not.toContain(secret);
    }
  });
});
