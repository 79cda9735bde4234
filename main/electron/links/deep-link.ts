import { deepLinkScheme } from '../../../preload/contract/shell-names.ts';

const PLACE = new RegExp(`^${deepLinkScheme}://[a-z-]{1,40}(?:/[0-9a-zA-Z-]{1,64}){0,4}(?=/?$)`);

/**
 * The place that a `stratmaster://` address names, without a slash at its end, or null. Such addresses come from any
 * web page, so they name a place and nothing else: the text itself must fit, before any parser could resolve, decode or
 * drop a part of it.
 */
export function parseDeepLink(address: string): string | null {
  return PLACE.exec(address)?.[0] ?? null;
}

/** The first deep link among a process's arguments, as a second start hands them over. */
export function deepLinkOf(args: readonly string[]): string | null {
  for (const argument of args) {
    const place = parseDeepLink(argument);
    if (place !== null) return place;
  }
  return null;
}
