import {
  createServer,
  type IncomingMessage,
  request as ask,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What happens to one request on its way: it passes; it never reaches the server (`drop`); the server does it and its answer is lost
 * (`lose`); half of the answer arrives (`half`).
 */
export type Fault = 'pass' | 'drop' | 'lose' | 'half';

/** One request of a laptop. */
export interface Passing {
  /** The message's name: what follows `/v1/`. */
  readonly call: string;
  readonly body: Buffer;
}

/** What is done to a request, and what the test does at that moment. */
export interface Verdict {
  readonly fault: Fault;
  /** Milliseconds before the request goes on. */
  readonly delay?: number;
  /** Runs when the fault has happened, or when the whole answer was given. */
  readonly done?: ((answer: string) => void) | undefined;
}

/** A network between laptops and a server that a test may spoil, request by request. */
export interface FaultProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a proxy before a server. Answers come uncompressed, so that a test can read and cut them; `onSocket` hears the bytes of sockets
 * of news by the name of their stream: its number, `up` to the server or `down` from it.
 */
export async function startFaultProxy(
  server: string,
  judge: (passing: Passing) => Verdict,
  onSocket: (stream: string, bytes: Buffer) => void = () => undefined,
): Promise<FaultProxy> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Duplex>();
  const edge = createServer((request, reply) => {
    pass(request, reply).catch(() => request.socket.destroy());
  });

  async function pass(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const { fault, delay, done } = judge({ call: (request.url ?? '').replace('/v1/', ''), body });
    if (delay !== undefined) await pause(delay);
    if (fault === 'drop') {
      request.socket.destroy();
      done?.('');
      return;
    }
    const headers = { ...request.headers, 'accept-encoding': 'identity' };
    const answer = await forward(
      { hostname, port, path: request.url, method: request.method, headers },
      body,
    );
    const bytes = await bytesOf(answer);
    if (fault === 'pass') {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      reply.end(bytes, () => done?.(bytes.toString()));
      return;
    }
    if (fault === 'half') {
      reply.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': bytes.length });
      reply.write(bytes.subarray(0, bytes.length >> 1));
    }
    request.socket.destroySoon();
    done?.(bytes.toString());
  }

  // News go over a socket of their own, untouched.
  let streams = 0;
  edge.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const n = (streams += 1);
    const onward = connect(Number(port), hostname, () => {
      const lines = request.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ''}`] : [],
      );
      onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.on('data', (bytes: Buffer) => onSocket(`${n} up`, bytes));
      onward.on('data', (bytes: Buffer) => onSocket(`${n} down`, bytes));
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        sockets.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
  });
  edge.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(edge.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      edge.closeAllConnections();
      await new Promise((resolve) => edge.close(resolve));
    },
  };
}

function forward(options: RequestOptions, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    ask(options, resolve).on('error', reject).end(body);
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
