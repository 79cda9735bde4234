import type { FastifyRequest } from 'fastify';
import { ServerError } from '../errors.ts';
import type { Principal as Reader } from '../feed/environment.ts';
import type { Identity, KeyScope } from '../identity/context.ts';
import { principalOf } from './request.ts';

/** Whom a request of the feed speaks for; a key has to be for it. Throws `UNAUTHENTICATED` and `FORBIDDEN`. */
export async function readerOf(
  identity: Identity,
  request: FastifyRequest,
  scope: KeyScope,
): Promise<Reader> {
  const { tenantId, userId, scopes, projectId, deviceId } = await principalOf(identity, request);
  if (!scopes.includes(scope) && !(scope === 'read' && scopes.includes('write'))) {
    throw new ServerError('FORBIDDEN', 'This key or role may not do that. Nothing was changed.', {
      needs: scope,
    });
  }
  return { tenant: tenantId, user: userId, project: projectId, device: deviceId ?? undefined };
}
