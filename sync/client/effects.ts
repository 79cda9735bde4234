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

/** A message whose answer is waited for: the text is all that leaves. */
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

/** A message that is sent on its way, while the engine goes on at once. Each such message is received for, in the order of sending. */
export interface SendEffect {
  readonly to: 'send';
  readonly message: ServerEffect;
}

/** Waits for what came of the oldest message on its way. */
export interface ReceiveEffect {
  readonly to: 'receive';
}

/**
 * What the engine wants done next. It does nothing itself: whoever drives it may drop, repeat, delay, swap or stop at any of these. A
 * message on its way is done at any time between being sent and being received for, whatever transactions are done meanwhile.
 */
export type Effect = ServerEffect | SendEffect | ReceiveEffect | StoreEffect;

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

/** Sends a message on its way. */
export function* send(message: ServerEffect): Engine<void> {
  yield { to: 'send', message };
}

/** What came of the oldest message on its way. */
export function* receive(): Engine<Reply> {
  return (yield { to: 'receive' }) as Reply;
}

/** What came of a message and of a transaction that was done beside it. */
export interface BothAnswer<T> {
  readonly reply: Reply;
  readonly result: T;
}

/** Has a message sent and, beside it, one transaction on the file done: neither waits for anything of the other. */
export function* both<K extends keyof StoreCalls>(
  message: ServerEffect,
  call: K,
  input: Parameters<StoreCalls[K]>[0],
): Engine<BothAnswer<ReturnType<StoreCalls[K]>>> {
  yield* send(message);
  const result = yield* store(call, input);
  return { reply: yield* receive(), result };
}
