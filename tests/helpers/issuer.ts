import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID Connect issuer on this machine, with accounts by their names. */
export interface Issuer {
  readonly url: string;
  /** Signs an account in as a browser would and answers with where the issuer sends the browser. */
  signIn(authorizationUrl: string, account: string): Promise<string>;
  close(): Promise<void>;
}

interface Account {
  readonly email: string;
  readonly email_verified: boolean;
}

/** Starts the issuer. `clientId` and `clientSecret` are its one client, which may come back to `callback`. */
export async function startIssuer(
  client: { readonly clientId: string; readonly clientSecret: string; readonly callback: string },
  accounts: Readonly<Record<string, Account>>,
): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [client.callback],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts[id] }),
    }),
    cookies: { keys: ['a key of a test'] },
  });
  server.on('request', provider.callback());
  return { url, signIn: (from, account) => browse(from, account), close: () => close(server) };
}

/** Follows redirects with cookies and fills in the forms of the issuer's own pages until the issuer lets go. */
async function browse(from: string, account: string): Promise<string> {
  const issuer = new URL(from).origin;
  const cookies = new Map<string, string>();
  const go = async (url: string, body?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    return response;
  };
  let response = await go(from);
  for (let step = 0; step < 12; step += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, issuer);
      if (next.origin !== issuer) return next.href;
      response = await go(next.href);
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`The issuer shows no form: ${page.slice(0, 500)}`);
    const prompt = page.includes('name="login"') ? 'login' : 'consent';
    response = await go(
      new URL(action, issuer).href,
      new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: account, password: 'any' } : {}) }),
    );
  }
  throw new Error('The issuer does not let go.');
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
