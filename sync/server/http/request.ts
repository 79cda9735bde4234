import type { FastifyRequest } from 'fastify';
import { authenticate } from '../identity/authenticate.ts';
import type { Identity, Origin, Principal } from '../identity/context.ts';

/** Where a request came from. */
export function originOf(request: FastifyRequest): Origin {
  const userAgent = request.headers['user-agent'];
  return {
    address: request.ip,
    requestId: request.id,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

/** Whom a request speaks for. Throws `UNAUTHENTICATED`. */
export function principalOf(identity: Identity, request: FastifyRequest): Promise<Principal> {
  return authenticate(identity, request.headers.authorization, originOf(request));
}
