import type { FastifyInstance } from 'fastify';
import {
  changePersonRequestSchema,
  createKeyRequestSchema,
  inviteRequestSchema,
  revokeRequestSchema,
} from '../../protocol/auth.ts';
import { transact } from '../database/pool.ts';
import { createApiKey, revokeApiKey } from '../identity/api-keys.ts';
import { actingAs, type Identity } from '../identity/context.ts';
import { revokeDevice } from '../identity/devices.ts';
import { invite } from '../identity/invitations.ts';
import { changeMember } from '../identity/members.ts';
import { peopleSeenBy } from '../identity/people-list.ts';
import { requireCapability, requireToGrant } from '../identity/roles.ts';
import { parse } from './answer.ts';
import { originOf, principalOf } from './request.ts';

const dayMs = 86_400_000;

/** Routes about the people of an organisation, their devices and their keys. */
export function addPeopleRoutes(app: FastifyInstance, identity: Identity): void {
  app.get('/v1/people', async (request) => peopleSeenBy(identity, await principalOf(identity, request)));

  app.post('/v1/people/change', async (request) => {
    const { user, role } = parse(changePersonRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    await changeMember(identity, principal, user, role, originOf(request));
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

  app.post('/v1/devices/revoke', async (request) => {
    const { id } = parse(revokeRequestSchema, request.body);
    await revokeDevice(identity, await principalOf(identity, request), id, originOf(request));
    return {};
  });

  app.post('/v1/keys/create', async (request) => {
    const { name, scopes, days } = parse(createKeyRequestSchema, request.body);
    const principal = await principalOf(identity, request);
    return transact(identity.pool, actingAs(principal, originOf(request)), (sql) =>
      createApiKey(sql, principal.tenantId, {
        name,
        userId: principal.userId,
        // A key cannot make one that may do more than itself.
        scopes: scopes.filter((scope) => principal.scopes.includes(scope)),
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
