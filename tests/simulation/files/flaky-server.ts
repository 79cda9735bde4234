import { createHash } from 'node:crypto';
import type { FileCarrier } from '../../../main/host/services/file-exchange.ts';
import type { FileAnswer } from '../../../main/outbound/server-connection.ts';
import { partBytes } from '../../../sync/server/blobs/blobs.ts';
import type { Chance } from '../sync/chance.ts';

/** What may happen to a message about a file. */
export const fileFaults = [
  'request lost',
  'answer lost',
  'request repeated',
  'part lost by the server',
  'answer cut',
  'answer altered',
] as const;
export type FileFault = (typeof fileFaults)[number];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function answerOf(
  status: number,
  bytes: Uint8Array = new Uint8Array(),
  size: number | null = null,
): FileAnswer {
  return { status, bytes, size };
}

/** The server's files as its routes give them, behind a network that loses, repeats, cuts and alters. Without chance nothing goes wrong. */
export class FlakyServer implements FileCarrier {
  readonly host = 'server';
  readonly stored = new Map<string, Buffer>();
  readonly #parts = new Map<string, Map<number, Buffer>>();
  readonly fired = new Map<FileFault, number>();
  /** Parts that arrived though the server had them and had said so. */
  sentAgain = 0;
  /** Ranges that were asked for, by hash. */
  readonly asked = new Map<string, number[]>();
  chance: Chance | null;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  async file(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body: Uint8Array | null,
    _: AbortSignal,
    range?: string,
  ): Promise<FileAnswer | null> {
    await Promise.resolve();
    const dice = this.chance?.next() ?? 1;
    if (dice < 0.08) return this.#fire('request lost', null);
    if (dice < 0.12) {
      this.#fire('request repeated', null);
      this.#answer(method, path, body, range);
    }
    const answer = this.#answer(method, path, body, range, dice >= 0.12);
    if (dice > 0.12 && dice < 0.2) return this.#fire('answer lost', null);
    if (dice > 0.2 && dice < 0.25 && method === 'PUT') {
      const [hash, part] = placeIn(path);
      this.#parts.get(hash)?.delete(part);
      return this.#fire('part lost by the server', answer);
    }
    if (answer.status !== 206 || answer.bytes.length === 0) return answer;
    if (dice > 0.25 && dice < 0.32) {
      const bytes = answer.bytes.subarray(0, this.chance?.below(answer.bytes.length) ?? 0);
      return this.#fire('answer cut', { ...answer, bytes });
    }
    if (dice > 0.32 && dice < 0.35) {
      const bytes = Buffer.from(answer.bytes);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return this.#fire('answer altered', { ...answer, bytes });
    }
    return answer;
  }

  #fire<T>(fault: FileFault, answer: T): T {
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    return answer;
  }

  #answer(
    method: string,
    path: string,
    body: Uint8Array | null,
    range: string | undefined,
    isFirst = false,
  ): FileAnswer {
    const [hash, part] = placeIn(path);
    const parts = this.#parts.get(hash) ?? new Map<number, Buffer>();
    this.#parts.set(hash, parts);
    if (path.endsWith('/state')) {
      const state = this.stored.has(hash) ? 'stored' : parts.size === 0 ? 'missing' : 'pending';
      return answerOf(
        200,
        Buffer.from(JSON.stringify({ state, parts: [...parts.keys()].toSorted((a, b) => a - b) })),
      );
    }
    const size = Number(/size=(\d+)/.exec(path)?.[1] ?? 0);
    if (method === 'PUT') {
      if (body?.length !== Math.min(partBytes, size - part * partBytes)) return answerOf(400);
      if (isFirst && parts.has(part)) this.sentAgain += 1;
      parts.set(part, Buffer.from(body));
      return answerOf(204);
    }
    if (method === 'POST') {
      const count = Math.max(1, Math.ceil(size / partBytes));
      if (parts.size !== count) return answerOf(409);
      const whole = Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes));
      parts.clear();
      if (sha256(whole) !== hash) return answerOf(400);
      this.stored.set(hash, whole);
      return answerOf(204);
    }
    return this.#range(hash, range ?? '');
  }

  #range(hash: string, range: string): FileAnswer {
    const whole = this.stored.get(hash);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    if (whole === undefined || start === undefined) return answerOf(404);
    this.asked.set(hash, [...(this.asked.get(hash) ?? []), Number(start)]);
    if (whole.length > 0 && Number(start) >= whole.length) return answerOf(400);
    return answerOf(206, whole.subarray(Number(start), Number(end) + 1), whole.length);
  }
}

function placeIn(path: string): [hash: string, part: number] {
  const [hash = '', part = ''] = path.replace('/v1/blob/', '').split(/[/?]/);
  return [hash, Number(part)];
}
