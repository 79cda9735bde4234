/** Limits of the edge. */
export interface EdgeLimits {
  /** Requests of one address in a minute: how much of the server's time one address may take. */
  readonly requestsPerMinute: number;
  /** Those of them that try to sign in, at all processes together: how often one address may guess. */
  readonly signInsPerMinute: number;
  /** Sockets of one person at a time, on all their laptops. */
  readonly socketsOfPerson: number;
}

export const defaultLimits: EdgeLimits = {
  requestsPerMinute: 60_000,
  signInsPerMinute: 60,
  socketsOfPerson: 64,
};

/**
 * What each of several processes gives, so that together they give no more than one would. Connections are handed to them in turn; what is
 * counted in the database is the same for all.
 */
export function shareOf(limits: EdgeLimits, processes: number): EdgeLimits {
  return {
    ...limits,
    requestsPerMinute: Math.ceil(limits.requestsPerMinute / processes),
    socketsOfPerson: Math.ceil(limits.socketsOfPerson / processes),
  };
}
