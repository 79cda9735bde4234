import { connect } from 'node:net';
import type { MessagePortMain } from 'electron';
import { WebSocket } from 'ws';

/** What of a port the relay uses. */
export interface RelayedPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage: MessagePortMain['postMessage'];
  start(): void;
  close(): void;
}

/**
 * Carries one window's messages to the host's local socket and back, unread. What the window sends before the socket is
 * open waits in order; when either end closes, so does the other.
 */
export function relayPort(port: RelayedPort, address: string): void {
  const socket = new WebSocket('ws://localhost/rpc', {
    createConnection: () => connect(address),
    perMessageDeflate: false,
  });
  const waiting: (string | Uint8Array)[] = [];
  port.on('message', ({ data }) => {
    if (typeof data !== 'string' && !(data instanceof Uint8Array) && !(data instanceof ArrayBuffer)) return;
    const message = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
    else waiting.push(message);
  });
  socket.on('open', () => {
    for (const message of waiting.splice(0)) socket.send(message);
  });
  socket.on('message', (data: Buffer, isBinary) => {
    port.postMessage(isBinary ? new Uint8Array(data) : data.toString('utf8'));
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => port.close());
  port.on('close', () => socket.close());
  port.start();
}
