import type { z } from 'zod';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import type { Reply, ServerCall } from '../../sync/client/effects.ts';
import { refreshAnswerSchema, signedInSchema } from '../../sync/protocol/auth.ts';
import { spokenVersion } from '../../sync/protocol/messages.ts';
import { parsed, refusalOf } from './server-refusal.ts';

/** What proves for whom a laptop speaks: tokens of a session, or a key that stands for itself. */
export type Credentials =
  | {
      readonly kind: 'session';
      readonly accessToken: string;
      readonly accessExpiresAt: number;
      readonly refreshToken: string;
      readonly refreshExpiresAt: number;
    }
  | { readonly kind: 'key'; readonly key: string };

/** The ways to sign in, as their addresses below `/v1/auth` name them. */
export type SignInWay = 'sign-in' | 'accept-invitation' | 'oidc/finish';

/** Longest wait for one answer: a large page over a slow line takes its time. */
const answerMs = 90_000;
/** Largest answer that is read whole: a page of a pull has some mebibytes. */
const largestAnswer = 64 * 1024 * 1024;
/** A token is renewed this long before it ends, so that no request starts with one that ends on its way. */
const renewBefore = 30_000;

const json = 'application/json';

export interface ConnectionOptions {
  /** Origin of the server, such as `https://sync.example.org`. */
  readonly server: string;
  readonly now: () => number;
  /** Keeps renewed tokens, before they are used. */
  readonly keep: (credentials: Credentials | null) => Promise<void>;
}

/** What came for a message about a file. `size`: bytes of the whole file, where a range of it was asked for. */
export interface FileAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly size: number | null;
}

/**
 * The one way from this laptop to its sync server. It sends what the engine hands it and nothing of its own but the proof of
 * identity and the protocol's version; what the engine hands it has passed the egress encoder.
 */
export class ServerConnection {
  readonly #options: ConnectionOptions;
  #credentials: Credentials | null;
  #renewing: Promise<Reply> | null = null;

  constructor(options: ConnectionOptions, credentials: Credentials | null) {
    this.#options = options;
    this.#credentials = credentials;
  }

  /** Host name of the server, for receipts. */
  get host(): string {
    return new URL(this.#options.server).hostname;
  }

  /** Origin of the server. */
  get server(): string {
    return this.#options.server;
  }

  /** Sends one message of the engine. Null where nothing came back; never rejects for what a network does. */
  async send(call: ServerCall, text: string, signal: AbortSignal): Promise<Reply> {
    const type = call === 'push' ? 'application/x-ndjson' : json;
    return this.#proven(signal, () => this.#exchange(`/v1/${call}`, text, signal, true, type));
  }

  /** A file or a part of one, beside the engine's messages. Null where nothing came back. */
  async file(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body: Uint8Array | null,
    signal: AbortSignal,
    range?: string,
  ): Promise<FileAnswer | null> {
    if ((await this.#renewIfNeeded(signal)) !== null) return null;
    try {
      const answer = await fetch(new URL(path, this.#options.server), {
        method,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
        ...(body === null ? {} : { body: Uint8Array.from(body) }),
        headers: {
          ...spokenVersion,
          authorization: `Bearer ${this.token ?? ''}`,
          ...(body === null ? {} : { 'content-type': 'application/octet-stream' }),
          ...(range === undefined ? {} : { range }),
        },
      });
      const whole = /\/(\d{1,15})$/.exec(answer.headers.get('content-range') ?? '')?.[1];
      const size = whole === undefined ? null : Number(whole);
      return { status: answer.status, bytes: await boundedBytes(answer), size };
    } catch {
      return null;
    }
  }

  /** Signs in by one of the ways there are. Throws `WorkbenchError` with the server's own words where it refuses. */
  async signIn(way: SignInWay, request: object): Promise<z.infer<typeof signedInSchema>> {
    const answer = await this.ask(signedInSchema, `/v1/auth/${way}`, request, false);
    const { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt } = answer;
    await this.#hold({ kind: 'session', accessToken, accessExpiresAt, refreshToken, refreshExpiresAt });
    return answer;
  }

  /**
   * Asks for something beside the engine's messages: about accounts and people. Throws `WorkbenchError` with the server's own words
   * where it refuses, and `offline` where nothing comes back.
   */
  async ask<T>(schema: z.ZodType<T>, path: string, body: object | null, proves = true): Promise<T> {
    const signal = AbortSignal.timeout(answerMs);
    const text = body === null ? null : JSON.stringify(body);
    const request = () => this.#exchange(path, text, signal, proves);
    const reply = await (proves ? this.#proven(signal, request) : request());
    if (reply?.status !== 200) throw refusalOf(reply);
    const answer = schema.safeParse(parsed(reply.text));
    if (answer.success) return answer.data;
    throw new WorkbenchError('invalid-input', 'This address is not that of a sync server. Nothing was sent.');
  }

  /** Ends the session on the server where it can be reached, and here in any case. */
  async signOut(): Promise<void> {
    if (this.#credentials?.kind === 'session') {
      await this.#exchange('/v1/auth/sign-out', '{}', AbortSignal.timeout(5000));
    }
    await this.#hold(null);
  }

  /** The proof for a socket that is opened now; null where one has to sign in first. */
  get token(): string | null {
    const held = this.#credentials;
    return held === null ? null : held.kind === 'key' ? held.key : held.accessToken;
  }

  async #hold(credentials: Credentials | null): Promise<void> {
    await this.#options.keep(credentials);
    this.#credentials = credentials;
  }

  /** Runs a request with a token that is good, renewed once where the server ended it early; then the person is asked. */
  async #proven(signal: AbortSignal, request: () => Promise<Reply>): Promise<Reply> {
    const refused = await this.#renewIfNeeded(signal);
    if (refused !== null) return refused;
    const first = await request();
    if (first?.status !== 401 || this.#credentials?.kind !== 'session') return first;
    return (await this.#renew(signal)) ?? request();
  }

  /** Null where the token is good, else what the server says instead: signed out, or shut out. */
  async #renewIfNeeded(signal: AbortSignal): Promise<Reply> {
    const held = this.#credentials;
    if (held === null) return signedOut;
    if (held.kind === 'key' || held.accessExpiresAt - renewBefore > this.#options.now()) return null;
    return this.#renew(signal);
  }

  /** Two requests at once share one renewal: the token that is sent is good for one only. */
  #renew(signal: AbortSignal): Promise<Reply> {
    this.#renewing ??= this.#renewOnce(signal).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renewOnce(signal: AbortSignal): Promise<Reply> {
    const held = this.#credentials;
    if (held?.kind !== 'session') return held === null ? signedOut : null;
    const { refreshToken } = held;
    const reply = await this.#exchange('/v1/auth/refresh', JSON.stringify({ refreshToken }), signal, false);
    // Without an answer the token may have been used up: the request that follows says so.
    if (reply === null || reply.status >= 500) return null;
    const renewed = refreshAnswerSchema.safeParse(parsed(reply.text));
    if (reply.status !== 200) return reply;
    if (!renewed.success) return signedOut;
    await this.#hold({ kind: 'session', ...renewed.data });
    return null;
  }

  /** One request: a POST with its body, or a GET. Null where nothing came back. */
  async #exchange(
    path: string,
    body: string | null,
    signal: AbortSignal,
    proves = true,
    type = json,
  ): Promise<Reply> {
    const { token } = this;
    try {
      const answer = await fetch(new URL(path, this.#options.server), {
        method: body === null ? 'GET' : 'POST',
        ...(body === null ? {} : { body }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
        headers: {
          ...spokenVersion,
          ...(body === null ? {} : { 'content-type': type }),
          ...(proves && token !== null ? { authorization: `Bearer ${token}` } : {}),
        },
      });
      const text = await boundedText(answer);
      const retry = Number(answer.headers.get('retry-after') ?? Number.NaN);
      return { status: answer.status, text, ...(Number.isFinite(retry) ? { retryAfter: retry } : {}) };
    } catch {
      return null;
    }
  }
}

const signedOut: Reply = {
  status: 401,
  text: JSON.stringify({ code: 'UNAUTHENTICATED', message: 'The session has ended. Sign in again.' }),
};

async function boundedText(answer: Response): Promise<string> {
  return (await boundedBytes(answer)).toString('utf8');
}

async function boundedBytes(answer: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of answer.body ?? []) {
    total += part.length;
    if (total > largestAnswer) throw new RangeError('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
