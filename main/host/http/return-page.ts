import { createServer, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';

/** Waits on this laptop for a browser to come back from a sign-in (RFC 8252, section 7.3). */
export interface ReturnPage {
  /** Where the browser comes back to. Its last part is known to who is told it only. */
  readonly address: string;
  /** The code that the browser brought. Rejects when the page is closed before. */
  readonly code: Promise<string>;
  close(): void;
}

/** Opens the page on a free port of 127.0.0.1. It answers one address, once; everything else finds nothing. */
export function openReturnPage(): Promise<ReturnPage> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const brought = Promise.withResolvers<string>();
  // Closed before anybody waits: that is no error.
  brought.promise.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const code = url.searchParams.get('code');
    if (request.method !== 'GET' || url.pathname !== path || code === null || code === '') {
      show(response, 404, 'There is nothing here.');
      return;
    }
    show(response, 200, 'You can close this page and go back to the Workbench.');
    brought.resolve(code);
  });
  const close = (): void => {
    server.close();
    server.closeIdleConnections();
    brought.reject(new Error('closed'));
  };
  void brought.promise.then(close, () => undefined);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      const at = server.address();
      const port = typeof at === 'object' && at !== null ? at.port : 0;
      resolve({ address: `http://127.0.0.1:${port}${path}`, code: brought.promise, close });
    });
  });
}

function show(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><title>StratMaster Workbench</title><p>${sentence}</p></html>`,
  );
}
