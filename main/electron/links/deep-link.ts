import { deepLinkScheme } from '../../../preload/contract/shell-names.ts';

const PATH = /^\/?[a-z-]{1,40}(?:\/[0-9a-zA-Z-]{1,64}){0,4}$/;

/**
 * The place that a `stratmaster://` address names, in one normal form, or null. Such addresses come from any web page,
 * so they name a place and nothing else: no query, no fragment, no credentials, no characters that could mean more.
 */
export function parseDeepLink(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (
    url.protocol !== `${deepLinkScheme}:` ||
    url.username !== '' ||
    url.password !== '' ||
    url.port !== ''
  ) {
    return null;
  }
  if (url.search !== '' || url.hash !== '') return null;
  const place = `${url.host}${url.pathname}`.replace(/\/+$/, '');
  return PATH.test(place) ? `${deepLinkScheme}://${place}` : null;
}

/** The first deep link among a process's arguments, as a second start hands them over. */
export function deepLinkOf(args: readonly string[]): string | null {
  for (const argument of args) {
    const place = parseDeepLink(argument);
    if (place !== null) return place;
  }
  return null;
}
