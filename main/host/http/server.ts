import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { BrowserAccess, cookieName, isOwnRequest, isOwnUpgrade } from './access.ts';
import { doorPage } from './door-page.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { resolveStatic, sendFile } from './static-files.ts';

/** Path of the WebSocket that carries the contract. */
export const rpcPath = '/rpc';

/** Largest message: a part of an upload (4 MiB) and its frame. */
const largestMessage = 8 * 1024 * 1024;

export interface BrowserServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the built renderer. */
  readonly root: string;
  /** Serves the contract over a socket that was let in. */
  readonly onSocket: (socket: WebSocket) => void;
}

export interface BrowserServer {
  readonly port: number;
  /** A URL that lets one browser in, once. */
  newUrl(): string;
  close(): Promise<void>;
}

/**
 * Browser mode's door: 127.0.0.1 only. Every request and upgrade is checked for Host and Origin; without the cookie only
 * `GET /` answers, with a page that holds nothing.
 */
export async function openBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const access = new BrowserAccess();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessage,
    perMessageDeflate: false,
  });
  const server = createServer({ requestTimeout: 30_000 });
  await listen(server, options.port);
  const port = portOf(server);
  server.on('request', (request, response) => {
    setSecurityHeaders(response, port);
    answer(request, response, port, access, options.root);
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = upgradeRefusal(request, port, access);
    if (refusal !== null) refuseUpgrade(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (open) => options.onSocket(open));
  });
  return {
    port,
    newUrl: () => `http://127.0.0.1:${port}/?token=${access.issueToken()}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  access: BrowserAccess,
  root: string,
): void {
  if (!isOwnRequest(request, port)) return refuse(response, 403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  const token = url.searchParams.get('token');
  if (url.pathname === '/' && token !== null) return admit(response, port, access, token, url);
  const head = request.method === 'HEAD';
  if (!access.admits(request, port)) return url.pathname === '/' ? sendDoor(response) : refuse(response, 401);
  const path = resolveStatic(root, url.pathname === '/' ? '/index.html' : url.pathname);
  return path === null ? refuse(response, 404) : sendFile(response, path, head);
}

/** Trades the token for a cookie and sends the browser to the same page without it, so that no history keeps it. */
function admit(response: ServerResponse, port: number, access: BrowserAccess, token: string, url: URL): void {
  const session = access.exchange(token);
  if (session === null) return sendDoor(response);
  url.searchParams.delete('token');
  response.setHeader('Set-Cookie', `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`);
  response.setHeader('Location', `/${url.search}`);
  response.writeHead(303).end();
}

function sendDoor(response: ServerResponse): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.writeHead(200).end(doorPage);
}

function refuse(response: ServerResponse, status: number): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.writeHead(status).end();
}

function upgradeRefusal(request: IncomingMessage, port: number, access: BrowserAccess): number | null {
  if (!isOwnUpgrade(request, port)) return 403;
  if (!access.admits(request, port)) return 401;
  return new URL(request.url ?? '/', 'http://127.0.0.1').pathname === rpcPath ? null : 404;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
