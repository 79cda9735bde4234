import type { ErrorCode } from '../../preload/contract/errors.ts';
import { common } from '../messages/common.ts';

/** A failed call as a screen shows it. `code` is `unreachable` where the host itself did not answer. */
export interface ShownFailure {
  readonly code: ErrorCode | 'unreachable';
  readonly message: string;
  /** Ids, codes and counts that the host added: what is needed, how long to wait. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a screen throws where the host answered and the answer comes to a no: a sentence for the reader. */
export class Refusal extends Error {
  readonly code = 'not-allowed' satisfies ErrorCode;
}

/** Reads what a call threw. Only the host's own sentences are shown; anything else is named, not quoted. */
export function failureOf(thrown: unknown): ShownFailure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const { code, message } = thrown;
    const details = 'data' in thrown && typeof thrown.data === 'object' ? thrown.data : null;
    return {
      code: code as ErrorCode,
      message: String(message),
      ...(details === null ? {} : { details: details as Record<string, unknown> }),
    };
  }
  return { code: 'unreachable', message: common.unreachable };
}

/** True where a call ended because its caller no longer wanted it. */
export function wasAborted(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
