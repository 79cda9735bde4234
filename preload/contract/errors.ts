import { z } from 'zod';

/**
 * Every way in which a call can fail, by code. A message is safe to show: what is so, what is safe, the next step.
 * Causes stay in the host's log.
 */
export const errorCodes = [
  'invalid-input',
  'not-found',
  'not-allowed',
  'withheld',
  'workspace-locked',
  'workspace-missing',
  'workspace-in-use',
  'workspace-newer',
  'workspace-damaged',
  'wrong-key',
  'disk-full',
  'disk-read-only',
  'too-large',
  'offline',
  'model-missing',
  'cancelled',
  'busy',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What crosses a border instead of an exception. `details` holds ids, codes and counts, never content. */
export const failureSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

export type Failure = z.infer<typeof failureSchema>;

/** An error that may cross a border as it stands. `cause` is kept for the log and never sent. */
export class WorkbenchError extends Error {
  readonly code: ErrorCode;
  readonly details: NonNullable<Failure['details']>;

  constructor(
    code: ErrorCode,
    message: string,
    details: NonNullable<Failure['details']> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'WorkbenchError';
    this.code = code;
    this.details = details;
  }
}
