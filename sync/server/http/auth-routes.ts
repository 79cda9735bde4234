import type { FastifyInstance, FastifyRequest } from 'fastify';
import { transact } from '../database/pool.ts';
import {
  acceptInvitationRequestSchema,
  oidcFinishRequestSchema,
  oidcStartRequestSchema,
  passwordRequestSchema,
  refreshRequestSchema,
  registerDeviceRequestSchema,
  signInRequestSchema,
  signOutRequestSchema,
  type TotpRequest,
  totpRequestSchema,
} from '../../protocol/auth.ts';
import {
  changePassword,
  confirmSecondFactor,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
} from '../identity/account.ts';
import { principalOfKey } from '../identity/api-keys.ts';
import { Attempts } from '../identity/attempts.ts';
import { actingAs, type Identity, type Origin, type Principal } from '../identity/context.ts';
import { registerOwnDevice } from '../identity/devices.ts';
import { acceptInvitation } from '../identity/invitations.ts';
import type { OidcSignIn } from '../identity/oidc.ts';
import { requireWhole } from '../identity/roles.ts';
import { endSession, endSessionsOf, refreshSession } from '../identity/sessions.ts';
import { enter, signInByKey, signInByPassword } from '../identity/sign-in.ts';
import { parse } from './answer.ts';
import type { EdgeLimits } from './limits.ts';
import { originOf, principalOf } from './request.ts';

/** Tries for one person: eight at once, then one in ten seconds; the same for addresses that nobody has. */
const perPerson = { burst: 8, everyMs: 10_000 };

/** What a route asks before it reads the request's body. */
interface Guard {
  readonly onRequest: (request: FastifyRequest) => Promise<void>;
}

/** Routes below `/v1/auth`. */
export function addAuthRoutes(
  app: FastifyInstance,
  identity: Identity,
  oidc: OidcSignIn | null,
  limits: EdgeLimits,
): void {
  const attempts = new Attempts(identity, 'person', perPerson);
  const fromOneAddress = new Attempts(identity, 'address', {
    burst: limits.signInsPerMinute,
    everyMs: Math.ceil(60_000 / limits.signInsPerMinute),
  });
  const guarded: Guard = { onRequest: (request) => fromOneAddress.take(request.ip) };

  app.post('/v1/auth/sign-in', guarded, async (request) => {
    const wish = parse(signInRequestSchema, request.body);
    const origin = originOf(request);
    if ('key' in wish)
      return signInByKey(identity, await principalOfKey(identity, wish.key, origin), wish, origin);
    const person = wish.email.toLowerCase();
    await attempts.take(person);
    const signedIn = await signInByPassword(identity, wish, wish, origin);
    await attempts.clear(person);
    return signedIn;
  });

  app.post('/v1/auth/refresh', guarded, (request) =>
    refreshSession(identity, parse(refreshRequestSchema, request.body).refreshToken, originOf(request)),
  );

  app.post('/v1/auth/accept-invitation', guarded, async (request) => {
    const { device, ...wish } = parse(acceptInvitationRequestSchema, request.body);
    await attempts.take(wish.token);
    return acceptInvitation(identity, wish, device === undefined ? {} : { device }, originOf(request));
  });

  app.post('/v1/auth/sign-out', async (request) => {
    const { everywhere } = parse(signOutRequestSchema, request.body ?? {});
    const principal = await principalOf(identity, request);
    if (everywhere) requireWhole(principal);
    await transact(identity.pool, actingAs(principal, originOf(request)), async (sql) => {
      if (everywhere) await endSessionsOf(sql, principal.userId, 'signed out everywhere');
      else if (principal.via === 'session') await endSession(sql, principal.credentialId, 'signed out');
    });
    return {};
  });

  app.post('/v1/auth/password', guarded, async (request) => {
    const passwords = parse(passwordRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    // A sign-in that was stolen is no way to try passwords or codes either.
    await attempts.take(principal.userId);
    await changePassword(identity, principal, passwords, originOf(request));
    await attempts.clear(principal.userId);
    return {};
  });

  app.post('/v1/auth/totp', guarded, async (request) => {
    const wish = parse(totpRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    await attempts.take(principal.userId);
    const answer = await secondFactor(identity, principal, wish, originOf(request));
    await attempts.clear(principal.userId);
    return answer;
  });

  app.post('/v1/auth/register-device', async (request) => {
    const wish = parse(registerDeviceRequestSchema, request.body);
    return registerOwnDevice(identity, await principalOf(identity, request), wish, originOf(request));
  });

  if (oidc !== null) addOidcRoutes(app, identity, oidc, guarded);
}

async function secondFactor(
  identity: Identity,
  principal: Principal,
  wish: TotpRequest,
  origin: Origin,
): Promise<object> {
  switch (wish.do) {
    case 'offer':
      return offerSecondFactor(identity, principal, wish.password, origin);
    case 'renew-codes':
      return renewRecoveryCodes(identity, principal, wish, origin);
    case 'confirm':
      await confirmSecondFactor(identity, principal, wish.code, origin);
      return {};
    case 'remove':
      await removeSecondFactor(identity, principal, wish, origin);
      return {};
  }
}

function addOidcRoutes(app: FastifyInstance, identity: Identity, oidc: OidcSignIn, guarded: Guard): void {
  const opened = { ...guarded, config: { forBrowsers: true } };
  app.post('/v1/auth/oidc/start', guarded, async (request) => ({
    url: await oidc.start(parse(oidcStartRequestSchema, request.body)),
  }));

  app.get('/v1/auth/oidc/callback', opened, async (request, reply) =>
    reply.redirect(await oidc.callback(request.url, originOf(request))),
  );

  app.post('/v1/auth/oidc/finish', guarded, async (request) => {
    const { code, verifier, ...target } = parse(oidcFinishRequestSchema, request.body);
    const userId = await oidc.finish(code, verifier);
    return enter(identity, { userId, passwordOf: null }, 'oidc', target, originOf(request));
  });
}
