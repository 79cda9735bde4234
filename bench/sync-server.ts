import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hash } from 'node:crypto';
import process from 'node:process';
import type { z } from 'zod';
import {
  digestRequestSchema,
  helloRequestSchema,
  pullRequestSchema,
  rowsRequestSchema,
} from '../sync/protocol/messages.ts';
import { readPush } from '../sync/protocol/push-lines.ts';
import { openPool } from '../sync/server/database/pool.ts';
import {
  defaultLimits,
  type FeedEnvironment,
  type Principal,
  RequestRefused,
} from '../sync/server/feed/environment.ts';
import { hello } from '../sync/server/feed/hello.ts';
import { pull } from '../sync/server/feed/pull.ts';
import { PushTurns } from '../sync/server/feed/push-turns.ts';
import { digest, rows } from '../sync/server/feed/repair.ts';
import { randomSalt } from '../sync/server/salt.ts';
import { PostgresStore } from '../sync/server/store/postgres-store.ts';
import { principalOf } from './principal-header.ts';

/**
 * The feed behind plain HTTP, as a process of its own: `sync-server.ts DATABASE_URL`. Every check of the feed is on; who asks is what a
 * request says. Prints its port. Each answer tells how long the server took.
 */

const [url = ''] = process.argv.slice(2);
const store = new PostgresStore(openPool({ url }));
const environment: FeedEnvironment = {
  now: Date.now,
  sha256: (data) => hash('sha256', data),
  salt: randomSalt,
  limits: defaultLimits,
  ledger: { append: () => Promise.resolve() },
};

const turns = new PushTurns(store, environment);

type Answer = (principal: Principal, body: string) => Promise<object | string[]>;

function route<T extends z.ZodType>(
  schema: T,
  answer: (principal: Principal, request: z.infer<T>) => Promise<object | string[]>,
): Answer {
  return (principal, body) => answer(principal, schema.parse(JSON.parse(body)));
}

const routes: Readonly<Record<string, Answer>> = {
  hello: route(helloRequestSchema, (principal, request) => hello(store, environment, principal, request)),
  push: (principal, body) => {
    const asked = readPush(body);
    if (!asked.success) throw new Error(`Not a push at ${asked.at}: ${asked.problem}.`);
    return turns.take(principal, asked.data);
  },
  pull: route(pullRequestSchema, (principal, request) => pull(store, environment, principal, request)),
  digest: route(digestRequestSchema, (principal, request) => digest(store, principal, request)),
  rows: route(rowsRequestSchema, (principal, request) => rows(store, environment, principal, request)),
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const server = createServer((request, reply) => {
  const answer = routes[request.url?.replace('/v1/', '') ?? ''];
  const respond = async () => {
    const body = await bodyOf(request);
    const began = performance.now();
    const found = await answer?.(principalOf(request.headers), body);
    const bytes = Buffer.from(Array.isArray(found) ? `${found.join('\n')}\n` : JSON.stringify(found));
    reply.setHeader('server-timing', `all;dur=${performance.now() - began}`);
    reply.end(bytes);
  };
  respond().catch((error: unknown) => {
    const isRefusal = error instanceof RequestRefused;
    reply.statusCode = isRefusal ? error.status : 500;
    reply.end(JSON.stringify({ code: isRefusal ? error.code : 'INTERNAL', message: String(error) }));
  });
});
// A laptop that works for a while keeps its connection.
server.keepAliveTimeout = 300_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
