import type { z } from 'zod';
import type { Json } from '../../db/catalogue/types.ts';
import {
  digestAnswerSchema,
  errorAnswerSchema,
  helloAnswerSchema,
  pushAnswerSchema,
  stampsAnswerSchema,
} from '../protocol/messages.ts';
import { BadAnswer } from './bad-answer.ts';
import type { Engine, Reply, ServerCall, ServerCalls, ServerEffect } from './effects.ts';
import { arrivedPage, readRows } from './page.ts';

/** The server did not do what was asked: nothing came, or it said why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** 0 where nothing came. */
  readonly status: number;
  readonly code: string;
  /** Seconds to wait, where the server said so. */
  readonly retryAfter: number | null;

  /** What the server added to its code. */
  readonly details: Readonly<Record<string, Json>>;

  constructor(
    status: number,
    code: string,
    message: string,
    retryAfter: number | null = null,
    details: Readonly<Record<string, Json>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.details = details;
  }
}

type Reader<T> = (text: string) => T;

function json<T>(schema: z.ZodType<T>): Reader<T> {
  return (text) => {
    const parsed = schema.safeParse(parse(text));
    if (parsed.success) return parsed.data;
    throw new BadAnswer('The answer is not of the protocol.');
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAnswer('The answer is cut.');
  }
}

const readers: { readonly [K in ServerCall]: Reader<ServerCalls[K]['answer']> } = {
  hello: json(helloAnswerSchema),
  push: json(pushAnswerSchema),
  pull: arrivedPage,
  digest: json(digestAnswerSchema),
  rows: readRows,
  stamps: json(stampsAnswerSchema),
};

/** Asks the server, and reads its answer by the schemas of the protocol. Throws `Refusal` and `BadAnswer`. */
export function* ask<K extends ServerCall>(
  call: K,
  request: ServerCalls[K]['request'],
): Engine<ServerCalls[K]['answer']> {
  return readReply(call, (yield message(call, request)) as Reply);
}

/** A request as it goes out. */
export function message<K extends ServerCall>(call: K, request: ServerCalls[K]['request']): ServerEffect {
  return { to: 'server', call, text: JSON.stringify(request) };
}

/** What a reply says, by the schemas of the protocol. Throws `Refusal` and `BadAnswer`. */
export function readReply<K extends ServerCall>(call: K, reply: Reply): ServerCalls[K]['answer'] {
  if (reply === null) throw new Refusal(0, 'OFFLINE', 'The server cannot be reached.');
  if (reply.status === 200) return readers[call](reply.text);
  const said = errorAnswerSchema.safeParse(safely(reply.text));
  throw new Refusal(
    reply.status,
    said.success ? said.data.code : 'UNKNOWN',
    said.success ? said.data.message : `The server answered ${reply.status}.`,
    reply.retryAfter ?? null,
    said.success ? said.data.details : {},
  );
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
