/** Limits of the edge. */
export interface EdgeLimits {
  /** Requests of one address in a minute, and those of them that try to sign in. */
  readonly requestsPerMinute: number;
  readonly signInsPerMinute: number;
}

export const defaultLimits: EdgeLimits = { requestsPerMinute: 60_000, signInsPerMinute: 60 };
