import { type ErrorCode, WorkbenchError } from '../../preload/contract/errors.ts';
import type { Reply } from '../../sync/client/effects.ts';
import { errorAnswerSchema } from '../../sync/protocol/messages.ts';

/** The server's codes in the contract's words. */
const codes: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'invalid-input',
  NOT_FOUND: 'not-found',
  BUSY: 'busy',
  TOO_LARGE: 'too-large',
  UNAVAILABLE: 'offline',
};

/**
 * The error for an answer that is none: the server's own sentence where it gave one. `details.server` is its code, and what it added
 * (seconds to wait, what it needs) stands beside it.
 */
export function refusalOf(reply: Reply): WorkbenchError {
  if (reply === null) {
    return new WorkbenchError(
      'offline',
      'The server cannot be reached. Nothing was sent. Check its address and the network, and try again.',
    );
  }
  const said = errorAnswerSchema.safeParse(parsed(reply.text));
  if (!said.success) {
    return new WorkbenchError(
      'offline',
      `This address does not answer as a sync server does (${reply.status}). Nothing was changed. Check the address, or try again later.`,
    );
  }
  const { code, message, details = {} } = said.data;
  const plain = Object.entries(details).filter(
    (each): each is [string, string | number | boolean | null] =>
      typeof each[1] !== 'object' || each[1] === null,
  );
  return new WorkbenchError(codes[code] ?? 'not-allowed', message, {
    ...Object.fromEntries(plain),
    server: code,
  });
}

/** JSON as it was sent, or null where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
