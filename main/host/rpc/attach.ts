import { connect as connectTo } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { HostClient } from '../../../preload/contract/contract.ts';

/** A connection to a host that another process runs. */
export interface AttachedHost {
  readonly client: HostClient;
  close(): void;
}

/** Attaches to the host at a socket, or answers null where nobody listens within `milliseconds`. */
export async function attach(address: string, milliseconds: number): Promise<AttachedHost | null> {
  const socket = new WebSocket('ws://localhost/rpc', {
    createConnection: () => connectTo(address),
    handshakeTimeout: milliseconds,
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!opened) return null;
  socket.on('error', () => socket.terminate());
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), close: () => socket.close() };
}
