import { ORPCError, ValidationError } from '@orpc/server';
import { failureSchema, WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Log } from '../log/log.ts';
import { failureOf } from './failure-of.ts';

/** What the router throws: the failure as oRPC carries it. */
export function toRpcError(error: unknown, log: Log): ORPCError<string, unknown> {
  if (error instanceof ORPCError) return fromRpcError(error, log);
  const { code, message, details } = failureOf(error, log);
  return new ORPCError(code, { message, data: details ?? {}, defined: true, status: 500 });
}

function fromRpcError(error: ORPCError<string, unknown>, log: Log): ORPCError<string, unknown> {
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    return new ORPCError('invalid-input', {
      message: describeIssues(error.cause.issues),
      data: {},
      defined: true,
      status: 400,
    });
  }
  if (error.code === 'NOT_FOUND' || error.defined) return error;
  return toRpcError(error.cause ?? new Error(error.code), log);
}

function describeIssues(
  issues: readonly { message: string; path?: readonly unknown[] | undefined }[],
): string {
  const first = issues[0];
  if (first === undefined) return 'The request is not understood. Nothing was changed.';
  const path = (first.path ?? [])
    .map((part) =>
      typeof part === 'object' && part !== null && 'key' in part ? String(part.key) : String(part),
    )
    .join('.');
  return `The value of ${path === '' ? 'the request' : `"${path}"`} is not accepted: ${first.message} Nothing was changed.`;
}

/** The error that a caller in this process sees for a failure that came over a transport. */
export function fromTransport(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  const parsed = failureSchema.safeParse({
    code: error.code,
    message: error.message,
    details: error.data ?? {},
  });
  return parsed.success
    ? new WorkbenchError(parsed.data.code, parsed.data.message, parsed.data.details)
    : error;
}
