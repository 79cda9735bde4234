import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';

export interface LocalSocket {
  /** Stops listening, waits until whoever is attached has gone, then resolves. */
  drain(): Promise<void>;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves the contract to other processes of this person: a WebSocket over a Unix socket in a folder that only they can enter,
 * or over a named pipe. The WebSocket library is loaded at the first connection, so that a one-shot command does not pay for it.
 */
export async function openLocalSocket(
  address: string,
  onSocket: (socket: WebSocket) => void,
): Promise<LocalSocket> {
  const server = createServer((_request, response) => {
    response.writeHead(404).end();
  });
  let sockets: Promise<WebSocketServer> | undefined;
  let attached = 0;
  let idle: (() => void) | undefined;
  server.on('connection', (connection) => {
    attached += 1;
    connection.once('close', () => {
      attached -= 1;
      if (attached === 0) idle?.();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    sockets ??= loadSockets();
    sockets.then(
      (open) => open.handleUpgrade(request, socket, head, onSocket),
      () => socket.destroy(),
    );
  });
  if (process.platform !== 'win32') rmSync(address, { force: true });
  await listen(server, address);
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  return {
    drain: async () => {
      const stopped = stop();
      if (attached > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      await stopped;
    },
    close: async () => {
      const stopped = stop();
      for (const socket of (await sockets)?.clients ?? []) socket.terminate();
      server.closeAllConnections();
      await stopped;
    },
  };
}

async function loadSockets(): Promise<WebSocketServer> {
  const { WebSocketServer: Sockets } = await import('ws');
  return new Sockets({ noServer: true, maxPayload: 16 * 1024 * 1024, perMessageDeflate: false });
}

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
