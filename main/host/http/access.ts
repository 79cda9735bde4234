import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Name of the cookie that stands for an admitted browser. The port is part of it, because cookies know no ports. */
export function cookieName(port: number): string {
  return `workbench-${port}`;
}

const mostSessions = 64;

/**
 * Who may talk to the host in browser mode. One-time tokens stand in the URL that opens the browser; each is
 * exchanged once for a cookie. Only digests are kept, compared in constant time.
 */
export class BrowserAccess {
  readonly #tokens: Buffer[] = [];
  readonly #sessions: Buffer[] = [];

  /** A new one-time token for one URL. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.push(digest(token));
    return token;
  }

  /** The cookie's value for a token, once; null for any other text. */
  exchange(token: string): string | null {
    const at = indexOf(this.#tokens, token);
    if (at < 0) return null;
    this.#tokens.splice(at, 1);
    const session = randomBytes(32).toString('base64url');
    this.#sessions.push(digest(session));
    if (this.#sessions.length > mostSessions) this.#sessions.shift();
    return session;
  }

  /** True for a request that carries a cookie of an admitted browser. */
  admits(request: IncomingMessage, port: number): boolean {
    const name = cookieName(port);
    return cookiesOf(request)
      .filter(([key]) => key === name)
      .some(([, value]) => indexOf(this.#sessions, value) >= 0);
  }
}

/**
 * True where a request names this server by an address that only this laptop can mean, and comes from its own page or
 * from no page. A page of another site, or a name that was pointed here (DNS rebinding), fails.
 */
export function isOwnRequest(request: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const host = request.headers.host;
  if (host === undefined || !hosts.includes(host.toLowerCase())) return false;
  const origin = request.headers.origin;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) return false;
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** A WebSocket upgrade must say where it comes from: browsers always do, and no cookie rule guards upgrades. */
export function isOwnUpgrade(request: IncomingMessage, port: number): boolean {
  return request.headers.origin !== undefined && isOwnRequest(request, port);
}

function cookiesOf(request: IncomingMessage): [string, string][] {
  return (request.headers.cookie ?? '').split(';').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]];
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function indexOf(digests: readonly Buffer[], text: string): number {
  const wanted = digest(text);
  return digests.findIndex((each) => timingSafeEqual(each, wanted));
}
