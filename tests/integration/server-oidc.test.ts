import { createHash, randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { oidcStartAnswerSchema } from '../../sync/protocol/auth.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { addPerson } from '../../sync/server/identity/members.ts';
import { OidcSignIn } from '../../sync/server/identity/oidc.ts';
import { type Issuer, startIssuer } from '../helpers/issuer.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { tenantOf, testIdentity } from '../helpers/server-identity.ts';

const publicUrl = 'http://workbench.example:7070';
const client = {
  clientId: 'workbench',
  clientSecret: 'a secret of the issuer and this server',
  callback: `${publicUrl}/v1/auth/oidc/callback`,
};
const accounts = {
  known: { email: 'person@north.example', email_verified: true },
  unverified: { email: 'person@north.example', email_verified: false },
  stranger: { email: 'stranger@example.org', email_verified: true },
};

describeWithPostgres('sign-in through an issuer', (postgres) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** Two edges over one database: the browser comes back to the other one. */
  const start = async () => {
    // The clock is the real one: the issuer's tokens are of today.
    const identity = { ...testIdentity(await postgres.database()), now: () => Date.now() };
    const { tenantId } = await tenantOf(identity, 'north');
    await addPerson(identity.pool, { tenantId }, { email: 'person@north.example', role: 'analyst' });
    const issuer = await startIssuer(client, accounts);
    closing.push(() => issuer.close());
    const edge = async () => {
      const oidc = new OidcSignIn(identity, { ...client, issuer: issuer.url, publicUrl });
      const app = await createEdge({ identity, log: silentLog, version: '0', oidc });
      closing.push(() => app.close());
      return app;
    };
    return { app: await edge(), other: await edge(), issuer };
  };
  type Started = Awaited<ReturnType<typeof start>>;

  const post = async ({ app }: Started, path: string, body: object) => {
    const answer = await app.inject({ method: 'POST', url: `/v1/auth/${path}`, payload: body });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  };
  const begin = async (started: Started) => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const begun = await post(started, 'oidc/start', { returnTo: 'http://127.0.0.1:5000/back', challenge });
    return { verifier, url: oidcStartAnswerSchema.parse(begun.body).url };
  };
  const comeBack = async ({ other }: Started, issuer: Issuer, url: string, account: string) => {
    const back = new URL(await issuer.signIn(url, account));
    expect(back.href.startsWith(client.callback)).toBe(true);
    return other.inject({ method: 'GET', url: back.pathname + back.search });
  };

  test('a person with a verified address is signed in, by the subject from then on', async () => {
    const started = await start();
    for (const round of ['first', 'second']) {
      const { verifier, url } = await begin(started);
      const redirect = await comeBack(started, started.issuer, url, 'known');
      expect([round, redirect.statusCode]).toEqual([round, 302]);
      const back = new URL(String(redirect.headers.location));
      expect(back.origin + back.pathname).toBe('http://127.0.0.1:5000/back');
      const code = back.searchParams.get('code') ?? '';
      expect((await post(started, 'oidc/finish', { code, verifier: 'of somebody else' })).status).toBe(401);
      expect((await post(started, 'oidc/finish', { code, verifier })).status).toBe(401);
    }
    const { verifier, url } = await begin(started);
    const redirect = await comeBack(started, started.issuer, url, 'known');
    const code = new URL(String(redirect.headers.location)).searchParams.get('code') ?? '';
    const done = await post(started, 'oidc/finish', { code, verifier });
    expect(done).toMatchObject({
      status: 200,
      body: { role: 'analyst', tenant: { slug: 'north' }, user: { email: 'person@north.example' } },
    });
    expect((await post(started, 'oidc/finish', { code, verifier })).status).toBe(401);
  });

  test('an address that is not verified, a stranger, and an answer nobody asked for are refused', async () => {
    const started = await start();
    for (const account of ['unverified', 'stranger']) {
      const { url } = await begin(started);
      expect((await comeBack(started, started.issuer, url, account)).statusCode).toBe(403);
    }
    const { url } = await begin(started);
    const back = new URL(await started.issuer.signIn(url, 'known'));
    const path = back.pathname + back.search;
    const forged = path.replace(/state=[^&]+/, 'state=another');
    expect((await started.app.inject({ method: 'GET', url: forged })).statusCode).toBe(401);
    expect((await started.app.inject({ method: 'GET', url: path })).statusCode).toBe(302);
    expect((await started.other.inject({ method: 'GET', url: path })).statusCode).toBe(401);
  });

  test('a sign-in that would end on another machine is not begun', async () => {
    const started = await start();
    for (const returnTo of [
      'https://example.org/',
      'http://localhost.example.org/',
      'javascript:alert(1)',
      '',
    ]) {
      const begun = await post(started, 'oidc/start', { returnTo, challenge: 'x'.repeat(43) });
      expect([returnTo, begun.status]).toEqual([returnTo, 400]);
    }
  });
});
