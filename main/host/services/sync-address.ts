import { WorkbenchError } from '../../../preload/contract/errors.ts';

/** The origin of a sync server's address. Throws where it would be reached in the clear over a network. */
export function serverOrigin(url: string): string {
  const { protocol, hostname, origin } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isLocal)) return origin;
  throw new WorkbenchError(
    'invalid-input',
    'A sync server is reached by https, so that nobody on the way can read what is sent. Nothing was sent.',
  );
}
