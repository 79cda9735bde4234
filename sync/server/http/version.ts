import type { FastifyInstance } from 'fastify';
import { protocolHeader, protocolVersion } from '../../protocol/messages.ts';
import { ServerError } from '../errors.ts';

/**
 * Refuses requests whose head names another version of the protocol, whatever they are about (P1): those about accounts and people hold
 * none in their messages. Who names none, such as a browser, is let on.
 */
export function requireSpokenVersion(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const named = request.headers[protocolHeader];
    if (typeof named === 'string' && /^\d{1,9}$/.test(named)) requireVersion(Number(named));
    return Promise.resolve();
  });
}

/** Refuses another version of the protocol by its name, before a schema of this one is asked. Throws `VERSION`. */
export function requireVersion(version: number): void {
  if (version === protocolVersion) return;
  throw new ServerError(
    'VERSION',
    version < protocolVersion
      ? 'This Workbench is older than the server and does not speak its form of sync. Nothing was changed. Update the Workbench.'
      : 'The server is older than this Workbench and does not speak its form of sync. Nothing was changed. Ask who runs the server to update it.',
    { version: protocolVersion },
  );
}
