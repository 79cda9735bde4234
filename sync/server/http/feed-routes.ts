import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  digestRequestSchema,
  helloRequestSchema,
  pullRequestSchema,
  rowsRequestSchema,
  stampsRequestSchema,
} from '../../protocol/messages.ts';
import { parsedWithin } from '../../protocol/nesting.ts';
import { type PushRequest, readPush } from '../../protocol/push-lines.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { FeedEnvironment, Principal as Reader } from '../feed/environment.ts';
import { hello } from '../feed/hello.ts';
import { pull } from '../feed/pull.ts';
import { PushTurns } from '../feed/push-turns.ts';
import { digest, rows, stamps } from '../feed/repair.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import type { Identity, KeyScope } from '../identity/context.ts';
import { badRequest, parse } from './answer.ts';
import type { Subscribers } from './notify.ts';
import { readerOf } from './reader.ts';
import { requireVersion } from './version.ts';

const compress = promisify(zstdCompress);
/** Below this an answer is sent as it is: to compress it takes longer than to send it. */
const worthCompressing = 4096;
/** A file may arrive this long before the row that names it, when others are purged. */
const uploadMs = 60_000;
/** Hello, pull and their like name at most ten thousand scopes. */
const askingBody = 4 * 1024 * 1024;
const linesOfJson = 'application/x-ndjson';

/** What the feed's routes work with. */
export interface FeedParts {
  readonly store: PostgresStore;
  readonly environment: FeedEnvironment;
  readonly subscribers: Subscribers;
  /** Files that rows name; those of purged rows go at once. */
  readonly blobs?: Blobs | undefined;
}

/** The feed over HTTP: JSON in, for a push lines of JSON; JSON or lines of JSON out. Each request proves by itself for whom it speaks. */
export function addFeedRoutes(app: FastifyInstance, identity: Identity, feed: FeedParts): void {
  const { store, environment, subscribers } = feed;

  function route<T extends z.ZodType>(
    name: string,
    scope: KeyScope,
    schema: T,
    answer: (reader: Reader, request: z.infer<T>) => Promise<object | string[]>,
  ): void {
    app.post(`/v1/${name}`, { bodyLimit: askingBody }, async (request, reply) => {
      const reader = await readerOf(identity, request, scope);
      requireVersionOf(request.body);
      return send(request, reply, await answer(reader, parse(schema, request.body)));
    });
  }

  route('hello', 'read', helloRequestSchema, async (reader, request) => {
    await store.publishPeople(reader.tenant, environment);
    return hello(store, environment, reader, request);
  });
  const turns = new PushTurns(store, environment);
  const take = async (reader: Reader, request: PushRequest) => {
    const answer = await turns.take(reader, request);
    subscribers.tell(reader.tenant, request);
    if (request.transactions.some(({ tx }) => tx.entries.some(({ op }) => op === 'purge'))) {
      await feed.blobs?.collect(reader.tenant, uploadMs);
    }
    return answer;
  };
  app.addContentTypeParser(linesOfJson, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/v1/push', { bodyLimit: environment.limits.pushBytes }, async (request, reply) => {
    const reader = await readerOf(identity, request, 'write');
    const asked = readPush(typeof request.body === 'string' ? request.body : '');
    if (!asked.success) {
      requireVersionOf(request.body);
      throw badRequest(asked.at, asked.problem);
    }
    return send(request, reply, await take(reader, asked.data));
  });
  route('pull', 'read', pullRequestSchema, (reader, request) => pull(store, environment, reader, request));
  route('digest', 'read', digestRequestSchema, (reader, request) => digest(store, reader, request));
  route('rows', 'read', rowsRequestSchema, (reader, request) => rows(store, environment, reader, request));
  route('stamps', 'read', stampsRequestSchema, (reader, request) => stamps(store, reader, request));
}

/** Refuses a message, or lines of them, of another version. Throws `VERSION`. */
function requireVersionOf(body: unknown): void {
  const head = typeof body === 'string' ? parsedWithin(body.split('\n', 1)[0] ?? '') : body;
  if (typeof head === 'object' && head !== null && 'v' in head && typeof head.v === 'number') {
    requireVersion(head.v);
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: object | string[],
): Promise<FastifyReply> {
  const isLines = Array.isArray(answer);
  // As bytes, since a text would be gone through once more for its length.
  const bytes = Buffer.from(isLines ? `${answer.join('\n')}\n` : JSON.stringify(answer));
  void reply.type(isLines ? `${linesOfJson}; charset=utf-8` : 'application/json; charset=utf-8');
  const accepts = /(^|[, ])zstd($|[,; ])/.test(String(request.headers['accept-encoding'] ?? ''));
  if (!accepts || bytes.length < worthCompressing) return reply.send(bytes);
  return reply.header('content-encoding', 'zstd').send(await compress(bytes));
}
