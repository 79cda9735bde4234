/** Limits of the edge. */
export interface EdgeLimits {
  /** Requests of one address in a minute, at each process: how much of its time one address may take. */
  readonly requestsPerMinute: number;
  /** Those of them that try to sign in, at all processes together: how often one address may guess. */
  readonly signInsPerMinute: number;
}

export const defaultLimits: EdgeLimits = { requestsPerMinute: 60_000, signInsPerMinute: 60 };
