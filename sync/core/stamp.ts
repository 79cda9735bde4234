/**
 * A stamp identifies one transaction for ever: 48 bits of milliseconds, 16 bits of counter and the 64-bit id
 * of the session that wrote it, as 32 lower-case hexadecimal digits. Text order is stamp order.
 */
export type Stamp = string;

/** The id of one opening of one file: 16 lower-case hexadecimal digits, minted at random by the caller. */
export type SessionId = string;

export interface StampParts {
  /** Milliseconds since 1970, 0 to 2^48 - 1. */
  readonly milliseconds: number;
  /** 0 to 65535. */
  readonly counter: number;
  readonly session: SessionId;
}

export const maximumMilliseconds = 2 ** 48 - 1;
export const maximumCounter = 2 ** 16 - 1;

const stampShape = /^[0-9a-f]{32}$/;
const sessionShape = /^[0-9a-f]{16}$/;

/** True for text of a stamp's exact shape. */
export function isStamp(text: unknown): text is Stamp {
  return typeof text === 'string' && stampShape.test(text);
}

/** True for text of a session id's exact shape. */
export function isSessionId(text: unknown): text is SessionId {
  return typeof text === 'string' && sessionShape.test(text);
}

/** Writes a stamp. Throws RangeError where a part does not fit its width. */
export function encodeStamp(parts: StampParts): Stamp {
  const { milliseconds, counter, session } = parts;
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > maximumMilliseconds) {
    throw new RangeError('A stamp holds 48 bits of milliseconds.');
  }
  if (!Number.isInteger(counter) || counter < 0 || counter > maximumCounter) {
    throw new RangeError('A stamp holds 16 bits of counter.');
  }
  if (!isSessionId(session)) throw new RangeError('A session id is 16 hexadecimal digits.');
  return milliseconds.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0') + session;
}

/** Reads a stamp. Throws RangeError where the text has not its shape. */
export function decodeStamp(stamp: Stamp): StampParts {
  if (!isStamp(stamp)) throw new RangeError('A stamp is 32 hexadecimal digits.');
  return {
    milliseconds: Number.parseInt(stamp.slice(0, 12), 16),
    counter: Number.parseInt(stamp.slice(12, 16), 16),
    session: stamp.slice(16),
  };
}

/** The milliseconds of a stamp: its place in the order until a server moves it. */
export function millisecondsOf(stamp: Stamp): number {
  return Number.parseInt(stamp.slice(0, 12), 16);
}
