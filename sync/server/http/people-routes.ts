import type { FastifyInstance } from 'fastify';
import {
  auditRequestSchema,
  changeDeviceRequestSchema,
  changePersonRequestSchema,
  createKeyRequestSchema,
  inviteRequestSchema,
  revokeRequestSchema,
  sessionDevicesRequestSchema,
} from '../../protocol/people.ts';
import { transact } from '../database/pool.ts';
import { accountOf } from '../identity/account-facts.ts';
import { createApiKey, revokeApiKey } from '../identity/api-keys.ts';
import { actingAs, type Identity } from '../identity/context.ts';
import { auditSeenBy } from '../identity/audit-list.ts';
import { changeMember } from '../identity/change-member.ts';
import { changeDevice } from '../identity/devices.ts';
import { invite, withdrawInvitation } from '../identity/invitations.ts';
import { peopleSeenBy } from '../identity/people-list.ts';
import { requireCapability, requireToGrant, requireWhole } from '../identity/roles.ts';
import { devicesOfSessions } from '../identity/session-devices.ts';
import { parse } from './answer.ts';
import { originOf, principalOf } from './request.ts';

const dayMs = 86_400_000;

/** Routes about one's own account, and about the people of an organisation, their devices and their keys. */
export function addPeopleRoutes(app: FastifyInstance, identity: Identity): void {
  app.get('/v1/account', async (request) => accountOf(identity, await principalOf(identity, request)));

  app.get('/v1/people', async (request) => peopleSeenBy(identity, await principalOf(identity, request)));

  app.post('/v1/people/change', async (request) => {
    const change = parse(changePersonRequestSchema, request.body);
    await changeMember(identity, await principalOf(identity, request), change, originOf(request));
    return {};
  });

  app.post('/v1/people/invite', async (request) => {
    const wish = parse(inviteRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    requireCapability(principal, 'manage-people');
    requireToGrant(principal.role, wish.role);
    const acting = { ...actingAs(principal, originOf(request)), tenantId: principal.tenantId };
    return invite(identity, acting, wish);
  });

  app.post('/v1/people/withdraw-invitation', async (request) => {
    const { id } = parse(revokeRequestSchema, request.body);
    await withdrawInvitation(identity, await principalOf(identity, request), id, originOf(request));
    return {};
  });

  app.post('/v1/audit', async (request) => {
    const page = parse(auditRequestSchema, request.body ?? {});
    return auditSeenBy(identity, await principalOf(identity, request), page);
  });

  app.post('/v1/devices/change', async (request) => {
    const change = parse(changeDeviceRequestSchema, request.body);
    await changeDevice(identity, await principalOf(identity, request), change, originOf(request));
    return {};
  });

  app.post('/v1/devices/of-sessions', async (request) => {
    const { sessions } = parse(sessionDevicesRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    return { devices: await devicesOfSessions(identity, principal, sessions) };
  });

  app.post('/v1/keys/create', async (request) => {
    const { name, scopes, project, days } = parse(createKeyRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    requireWhole(principal);
    return transact(identity.pool, actingAs(principal, originOf(request)), (sql) =>
      createApiKey(sql, principal.tenantId, {
        name,
        userId: principal.userId,
        scopes: scopes.filter((scope) => principal.scopes.includes(scope)),
        ...(project === undefined ? {} : { projectId: project }),
        ...(days === undefined ? {} : { expiresAt: identity.now() + days * dayMs }),
      }),
    );
  });

  app.post('/v1/keys/revoke', async (request) => {
    const { id } = parse(revokeRequestSchema, request.body);
    await revokeApiKey(identity, await principalOf(identity, request), id, originOf(request));
    return {};
  });
}
