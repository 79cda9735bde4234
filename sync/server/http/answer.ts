import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyReply } from 'fastify';
import type { z } from 'zod';
import { RequestRefused } from '../feed/environment.ts';
import { isDiskFull } from '../disk-full.ts';
import { ServerError, type ServerErrorCode, serverErrorStatus } from '../errors.ts';
import type { ServerLog } from './log.ts';

/** Checks what came in. Throws `BAD_REQUEST` with the place that is wrong, and never with the value. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(issue?.path.join('.') ?? '', issue?.code ?? 'unknown');
}

/** The refusal of a message whose form is wrong: where, and zod's name for the problem. */
export function badRequest(at: string, problem: string): ServerError {
  return new ServerError('BAD_REQUEST', 'The request does not have the form that this server understands.', {
    at: at.slice(0, 200),
    problem,
  });
}

/** Postgres' codes for what a second try may mend: a deadlock, a serialization failure, too many connections, a server that ends. */
const passing = new Set(['40001', '40P01', '53300', '57P01', '57P03', '08006', '08003']);

/** Somebody has to make room first: who waits asks once a minute. */
const fullRetrySeconds = 60;

/** The error that may leave for any error that was thrown. What is not meant to be shown gets a reference into the log. */
export function errorFor(error: unknown, log: ServerLog): ServerError {
  if (error instanceof ServerError) return error;
  if (error instanceof RequestRefused) return new ServerError(error.code, error.message, error.details);
  const code = codeOf(error);
  if (passing.has(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET') {
    log.write('warning', 'database.unavailable', { code });
    return new ServerError(
      'UNAVAILABLE',
      'The database cannot be reached right now. Nothing was changed. Try again soon.',
    );
  }
  if (isDiskFull(error)) {
    log.write('error', 'disk.full', { code });
    return new ServerError(
      'UNAVAILABLE',
      'The server has no room left on its disk. What it acknowledged is safe, and what it did not stays here. It is tried again by itself; who runs the server has to make room.',
      { retryAfter: fullRetrySeconds },
    );
  }
  const refused = clientFault(error);
  if (refused !== null) return refused;
  const reference = randomUUID();
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'unknown', message: '', stack: '' };
  log.write('error', 'request.internal', { reference, name, code, message, stack });
  return new ServerError(
    'INTERNAL',
    'Something failed inside the server. What was acknowledged before is safe.',
    {
      reference,
    },
  );
}

/** Faults that Fastify finds before a route runs: the body's size, its form, its type. */
function clientFault(error: unknown): ServerError | null {
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (status === undefined || status < 400 || status >= 500) return null;
  const codes: Readonly<Record<number, ServerErrorCode>> = {
    404: 'NOT_FOUND',
    413: 'TOO_LARGE',
    429: 'BUSY',
  };
  const code = codes[status] ?? 'BAD_REQUEST';
  const messages: Partial<Record<ServerErrorCode, string>> = {
    TOO_LARGE: 'The request is larger than this server takes. Nothing was changed. Send less at once.',
    BUSY: 'Too many requests. Nothing was changed. Try again in a minute.',
  };
  return new ServerError(
    code,
    messages[code] ?? 'The request does not have the form that this server understands.',
  );
}

/** Sends an error as `{code, message, details?}` with its status. */
export function sendError(error: ServerError, reply: FastifyReply): FastifyReply {
  const retryAfter = error.details['retryAfter'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details };
  return reply
    .status(serverErrorStatus[error.code])
    .type('application/json; charset=utf-8')
    .send({ code: error.code, message: error.message, ...details });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
