/**
 * Every way in which the server refuses, with the HTTP status that says so. A message is safe to show: what is so, what
 * is safe, the next step. Details hold ids, codes and counts, never content.
 */
export const serverErrorStatus = {
  'invalid-input': 400,
  unauthenticated: 401,
  'second-factor-needed': 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  'quota-reached': 409,
  'too-large': 413,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
} as const;

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
