import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { type NotifyMessage, notifyMessageSchema } from '../../sync/protocol/notify.ts';

/** A laptop that listens for news and presence. `closed` is the code with which the server ended it. */
export interface Listener {
  send(message: object): void;
  sendText(text: string): void;
  next(): Promise<NotifyMessage>;
  readonly closed: Promise<number>;
  readonly close: () => void;
}

/** Opens the WebSocket of a server that listens. Rejects where the server does not let it in. */
export async function listen(app: FastifyInstance, token: string): Promise<Listener> {
  const { port } = app.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/notify`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const heard: NotifyMessage[] = [];
  const waiting: ((message: NotifyMessage) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = notifyMessageSchema.parse(JSON.parse(data.toString()));
    const next = waiting.shift();
    if (next === undefined) heard.push(message);
    else next(message);
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    sendText: (text) => socket.send(text),
    next: () => {
      const message = heard.shift();
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve) => waiting.push(resolve));
    },
    closed,
    close: () => socket.terminate(),
  };
}
