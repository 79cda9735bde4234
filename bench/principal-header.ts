import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../sync/server/feed/environment.ts';

const name = 'x-principal';

/** Headers by which a laptop of the bench says who asks: there is no sign-in between it and the feed. */
export function principalHeaders({ tenant, user }: Principal): Readonly<Record<string, string>> {
  return { [name]: `${tenant} ${user}` };
}

/** Who asks, as `principalHeaders` says it. */
export function principalOf(headers: IncomingHttpHeaders): Principal {
  const [tenant = '', user = ''] = String(headers[name]).split(' ');
  return { tenant, user };
}
