import type { ErrorCode } from '../../protocol/messages.ts';

/** What the feed takes from outside: time, hashing, salts, limits, and where purged ids are written down outside the database. */
export interface FeedEnvironment {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sha256: (data: string | Uint8Array) => string;
  /** Sixteen letters, digits, `-` and `_` that nobody can guess, new with each call: the salt of a row's version (P28). */
  readonly salt: () => string;
  readonly limits: FeedLimits;
  readonly ledger: PurgeLedger;
}

export interface FeedLimits {
  readonly pushBytes: number;
  readonly pushMutations: number;
  readonly pullBytes: number;
  /** Rows of one page at most: a laptop applies a page at a stretch. */
  readonly pullRows: number;
  readonly partBytes: number;
  /** The oldest schema of a laptop that is given rows. */
  readonly schemaMinimum: number;
}

export const defaultLimits: FeedLimits = {
  pushBytes: 16 * 1024 * 1024,
  pushMutations: 2000,
  pullBytes: 4 * 1024 * 1024,
  pullRows: 5000,
  partBytes: 4 * 1024 * 1024,
  schemaMinimum: 1,
};

/** Ids of purged rows, kept where no backup of the database goes. */
export interface PurgeLedger {
  append(tenant: string, rows: readonly { readonly entity: number; readonly id: string }[]): Promise<void>;
}

/** Who asks, as the edge has made sure of it. */
export interface Principal {
  readonly tenant: string;
  readonly user: string;
  /** The project whose key speaks for the person: nothing outside of it is to be read or written. */
  readonly project?: string | undefined;
  /** The device of the sign-in; a key has none. */
  readonly device?: string | undefined;
}

const statuses: Readonly<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  GAP: 409,
  FORK: 409,
  EPOCH: 409,
  CLIENT_RETIRED: 409,
  TOO_LARGE: 413,
  VERSION: 426,
  BUSY: 429,
};

/** A request that is refused as a whole; nothing was written. */
export class RequestRefused extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
    this.status = statuses[code];
    this.details = details;
  }
}
