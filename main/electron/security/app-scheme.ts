import { readFileSync } from 'node:fs';
import type { CustomScheme, Protocol } from 'electron';
import { contentSecurityPolicy } from '../../host/http/security-headers.ts';
import { mediaTypeOf, resolveStatic } from '../../host/http/static-files.ts';
import { appOrigin, appScheme } from '../../../preload/contract/shell-names.ts';

/** The scheme is registered before the application is ready, as a standard and secure one with an origin of its own. */
export const schemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** One answer of the scheme: a file of the built renderer, or a refusal without a body. */
export interface AppAnswer {
  readonly status: 200 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Answers a request for the application's own pages. What is outside the folder, by whatever trick, is not found. */
export function answerAppRequest(root: string, method: string, address: string): AppAnswer {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers, body: Buffer.alloc(0) };
  const file = fileOf(root, address);
  if (file === null) return { status: 404, headers, body: Buffer.alloc(0) };
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': mediaTypeOf(file) },
    body: readFileSync(file),
  };
}

function fileOf(root: string, address: string): string | null {
  if (!address.startsWith(`${appOrigin}/`)) return null;
  // The path is taken as it was sent: parsing it as a URL would resolve dots before they could be refused.
  const path = address.slice(appOrigin.length).replace(/[?#].*$/s, '');
  return resolveStatic(root, path === '/' ? '/index.html' : path);
}

/** Serves the renderer under its own scheme. Electron before 25 knows only the older way to say so. */
export function serveApp(protocol: Protocol, root: string): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(appScheme, (request) => {
      const { status, headers, body } = answerAppRequest(root, request.method, request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  protocol.registerBufferProtocol(appScheme, (request, respond) => {
    const { status, headers, body } = answerAppRequest(root, request.method, request.url);
    respond({
      statusCode: status,
      headers: { ...headers },
      mimeType: headers['Content-Type'] ?? '',
      data: body,
    });
  });
}
