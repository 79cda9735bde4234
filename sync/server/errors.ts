import type { ErrorCode } from '../protocol/messages.ts';

/**
 * Every way in which the server refuses, with the HTTP status that says so; the protocol's codes are among them. A message
 * is safe to show: what is so, what is safe, the next step. Details hold ids, codes and counts, never content.
 */
export const serverErrorStatus = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  SECOND_FACTOR: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  QUOTA: 409,
  GAP: 409,
  FORK: 409,
  EPOCH: 409,
  CLIENT_RETIRED: 409,
  TOO_LARGE: 413,
  VERSION: 426,
  BUSY: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const satisfies Readonly<Record<ErrorCode, number>> & Readonly<Record<string, number>>;

export type ServerErrorCode = keyof typeof serverErrorStatus;

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error that may leave the server as it stands. `cause` stays in the server's log. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ServerErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
