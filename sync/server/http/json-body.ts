import type { FastifyInstance } from 'fastify';
import { nestsTooDeep } from '../../protocol/nesting.ts';
import { ServerError } from '../errors.ts';

/** Reads JSON bodies as Fastify does, but for those that nest deeper than any message: these are refused before they are parsed. */
export function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (nestsTooDeep(body))
      return done(
        new ServerError('BAD_REQUEST', 'This message is nested deeper than any can be. Nothing was written.'),
      );
    return parse(request, body, done);
  });
}
