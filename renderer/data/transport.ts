import type { ClientLink } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { portMessage } from '../../preload/contract/shell-names.ts';
import { bridge, type WorkbenchBridge } from './bridge.ts';

type Link = ClientLink<Record<never, never>>;

/** One open way to the host. `closed` settles when it ends, for whatever reason. */
export interface Connection {
  readonly link: Link;
  readonly closed: Promise<void>;
}

function overSocket(url: string): Promise<Connection> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve(), { once: true });
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener(
      'open',
      () => resolve({ link: new WebSocketLink({ websocket: socket }), closed }),
      {
        once: true,
      },
    );
    socket.addEventListener('error', () => reject(new Error('The host did not answer.')), { once: true });
  });
}

function overPort(port: MessagePort): Connection {
  const closed = new Promise<void>((resolve) => {
    port.addEventListener('close', () => resolve(), { once: true });
  });
  const link = new MessagePortLink({ port });
  port.start();
  return { link, closed };
}

/** The port that the shell sends when it is asked; only a message of this very window counts. */
async function portOf(shell: WorkbenchBridge): Promise<MessagePort> {
  const stop = new AbortController();
  const arrived = new Promise<MessagePort>((resolve) => {
    const hear = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      if (event.source === window && event.data === portMessage && port !== undefined) resolve(port);
    };
    window.addEventListener('message', hear, { signal: stop.signal });
  });
  try {
    await shell.connect();
    return await arrived;
  } finally {
    stop.abort();
  }
}

function ownOrigin(): string {
  const url = new URL('rpc', window.location.origin);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Opens the way to the host that this window was made for: the shell's, or the origin that served the page. */
export async function openConnection(): Promise<Connection> {
  const shell = bridge();
  if (shell === undefined) return overSocket(ownOrigin());
  return overPort(await portOf(shell));
}
