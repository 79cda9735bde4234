import type {
  DigestAnswer,
  DigestRequest,
  HelloAnswer,
  HelloRequest,
  PullRequest,
  PushAnswer,
  RowsRequest,
  StampsAnswer,
  StampsRequest,
} from '../protocol/messages.ts';
import type { PushRequest } from '../protocol/push-lines.ts';
import type { ArrivedPage, RowsPage } from './page.ts';
import type { StoreCalls } from './store-calls.ts';

/** What the laptop can ask the server, with what it sends and what it gets. */
export interface ServerCalls {
  hello: { readonly request: HelloRequest; readonly answer: HelloAnswer };
  push: { readonly request: PushRequest; readonly answer: PushAnswer };
  pull: { readonly request: PullRequest; readonly answer: ArrivedPage };
  digest: { readonly request: DigestRequest; readonly answer: DigestAnswer };
  rows: { readonly request: RowsRequest; readonly answer: RowsPage };
  stamps: { readonly request: StampsRequest; readonly answer: StampsAnswer };
}

export type ServerCall = keyof ServerCalls;

/** A message on its way out: the text is all that leaves. */
export interface ServerEffect {
  readonly to: 'server';
  readonly call: ServerCall;
  readonly text: string;
}

/** One transaction on this laptop's file, by name. */
export type StoreEffect = {
  [K in keyof StoreCalls]: {
    readonly to: 'store';
    readonly call: K;
    readonly input: Parameters<StoreCalls[K]>[0];
  };
}[keyof StoreCalls];

/**
 * A message and a transaction that wait for nothing of each other. Whoever drives may do both at once, or one after the other in any
 * order, and may stop between them.
 */
export interface BothEffect {
  readonly to: 'both';
  readonly server: ServerEffect;
  readonly store: StoreEffect;
}

/** What came of both. */
export interface BothAnswer<T = unknown> {
  readonly reply: Reply;
  readonly result: T;
}

/** What the engine wants done next. It does nothing itself: whoever drives it may drop, repeat, delay or stop at any of these. */
export type Effect = ServerEffect | StoreEffect | BothEffect;

/** What came back from the server: a status with its text, or null where nothing came. */
export type Reply = { readonly status: number; readonly text: string; readonly retryAfter?: number } | null;

/** A part of the engine: it asks for effects and answers with T. */
export type Engine<T> = Generator<Effect, T, unknown>;

/** Asks for one transaction on the file. */
export function* store<K extends keyof StoreCalls>(
  call: K,
  input: Parameters<StoreCalls[K]>[0],
): Engine<ReturnType<StoreCalls[K]>> {
  return (yield { to: 'store', call, input } as StoreEffect) as ReturnType<StoreCalls[K]>;
}

/** Has a message sent and, beside it, one transaction on the file done. */
export function* both<K extends keyof StoreCalls>(
  server: ServerEffect,
  call: K,
  input: Parameters<StoreCalls[K]>[0],
): Engine<BothAnswer<ReturnType<StoreCalls[K]>>> {
  return (yield { to: 'both', server, store: { to: 'store', call, input } as StoreEffect }) as BothAnswer<
    ReturnType<StoreCalls[K]>
  >;
}
