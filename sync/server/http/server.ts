import fastifyRateLimit from '@fastify/rate-limit';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { ServerError } from '../errors.ts';
import type { Identity } from '../identity/context.ts';
import type { OidcSignIn } from '../identity/oidc.ts';
import { errorFor, sendError } from './answer.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { sendErrorPage } from './browser-page.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { addBlobRoutes } from './blob-routes.ts';
import { defaultLimits, type EdgeLimits } from './limits.ts';
import { addFeedRoutes, type FeedParts } from './feed-routes.ts';
import { addJoinPage } from './join-page.ts';
import { parseJsonBodies } from './json-body.ts';
import type { ServerLog } from './log.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { NewsBetweenProcesses } from './between-processes.ts';
import { addNotifyRoute, Subscribers } from './notify.ts';
import { sayAgainMs } from './presence-elsewhere.ts';
import { requireSpokenVersion } from './version.ts';

/** What the edge is made of. */
export interface EdgeOptions {
  readonly identity: Identity;
  readonly log: ServerLog;
  /** The feed of rows, where this edge serves it. */
  readonly feed?: Pick<FeedParts, 'store' | 'environment'>;
  /** The database on which other processes are heard; without it this process knows of itself alone. */
  readonly listenUrl?: string;
  readonly version: string;
  readonly limits?: EdgeLimits;
  /** Files that rows name. */
  readonly blobs?: Blobs;
  /** Sign-in through another issuer, where one is configured. */
  readonly oidc?: OidcSignIn | null;
  /** Certificate and key in PEM; plain HTTP without them. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** True behind a proxy that sets `X-Forwarded-For` itself. */
  readonly trustProxy?: boolean;
}

const smallBody = 64 * 1024;

/** The HTTP edge, not listening yet: every route checks its input, and every error leaves as `{code, message, details?}`. */
export async function createEdge(options: EdgeOptions): Promise<FastifyInstance> {
  const { identity, log, limits = defaultLimits } = options;
  const app = fastify({
    bodyLimit: smallBody,
    requestTimeout: 60_000,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    trustProxy: options.trustProxy ?? false,
    genReqId: () => randomUUID(),
    ...(options.tls === undefined ? {} : { https: options.tls }),
  }) as unknown as FastifyInstance;
  app.setErrorHandler((error, request, reply) => {
    const shown = errorFor(error, log);
    log.write('info', 'request.refused', {
      request: request.id,
      route: request.routeOptions.url,
      code: shown.code,
    });
    const isPage = request.routeOptions.config.forBrowsers === true;
    return isPage ? sendErrorPage(shown, reply) : sendError(shown, reply);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendError(new ServerError('NOT_FOUND', 'There is nothing at this address.'), reply),
  );
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    return Promise.resolve();
  });
  parseJsonBodies(app);
  requireSpokenVersion(app);
  await app.register(fastifyRateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request) => request.ip,
  });
  await app.register(fastifyWebsocket, { options: { maxPayload: 16 * 1024 } });
  app.get('/v1/health', async () => {
    await identity.pool.query('SELECT 1');
    return { ok: true, version: options.version };
  });
  if (options.feed !== undefined) {
    const subscribers = listenTogether(app, options.feed.store, limits, options);
    addFeedRoutes(app, identity, { ...options.feed, subscribers, blobs: options.blobs });
    addNotifyRoute(app, identity, subscribers);
  }
  if (options.blobs !== undefined) addBlobRoutes(app, identity, options.blobs);
  addAuthRoutes(app, identity, options.oidc ?? null, limits);
  addPeopleRoutes(app, identity);
  addJoinPage(app);
  return app;
}

/** Everybody who listens at this process, and with the other processes over its database where there may be some. */
function listenTogether(
  app: FastifyInstance,
  store: FeedParts['store'],
  { socketsOfPerson }: EdgeLimits,
  { identity, listenUrl }: Pick<EdgeOptions, 'identity' | 'listenUrl'>,
): Subscribers {
  if (listenUrl === undefined) return new Subscribers(store, identity.now, socketsOfPerson);
  const others = new NewsBetweenProcesses({
    url: listenUrl,
    pool: identity.pool,
    heard: {
      news: (tenant, scopes) => subscribers.tellHere(tenant, scopes),
      presence: (process, tenant, scope, people) => subscribers.hearPresence(process, tenant, scope, people),
      asked: () => subscribers.sayAgain(),
      gap: () => subscribers.tellAll(),
    },
  });
  const subscribers: Subscribers = new Subscribers(store, identity.now, socketsOfPerson, others);
  const saying = setInterval(() => subscribers.sayAgain(), sayAgainMs);
  saying.unref();
  app.addHook('onReady', () => others.open());
  app.addHook('onClose', () => {
    clearInterval(saying);
    return others.close();
  });
  return subscribers;
}
