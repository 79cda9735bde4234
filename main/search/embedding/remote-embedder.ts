import { z } from 'zod';

import { ModelError } from '../model/model-error.ts';
import type { Embedder } from './embedder.ts';

/** What of these texts may go to this endpoint, as it may go; a refusal carries the rule that decided. Leaves the receipt itself. */
export type EmbeddingGate = (
  texts: readonly string[],
  endpoint: string,
) => Promise<
  | { readonly allowed: true; readonly texts: readonly string[] }
  | { readonly allowed: false; readonly rule: string }
>;

export interface RemoteSettings {
  /** Base address of an API in the form of OpenAI's, for instance `https://models.example/v1`. */
  readonly endpoint: string;
  readonly model: string;
  /** Numbers that its vectors have; null until an answer tells. */
  readonly dimensions: number | null;
  /** Hears how many numbers the vectors of an answer had, where that was not known or was another number. */
  readonly onMeasured?: (dimensions: number) => void;
  readonly key?: string;
  readonly gate: EmbeddingGate;
  readonly fetch: typeof fetch;
  /** Waits so many milliseconds; replaced in tests. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Sent to learn the size of a model's vectors: no word of the workspace leaves for that. */
const probe = ['size'];
/** Most numbers of a vector: more would overflow the sums of the scan (`code-memory.ts`). */
const mostDimensions = 8192;

const batchSize = 64;
const attempts = 4;
const firstPause = 500;
const requestTimeout = 60_000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/**
 * An endpoint that speaks `POST /embeddings` as OpenAI's API does. Every batch passes the gate before a byte leaves;
 * busy and failing servers are asked again, at growing distances, as `Retry-After` says where it is given.
 */
export function remoteEmbedder(settings: RemoteSettings): Embedder {
  const { endpoint, model, gate } = settings;
  let dimensions = settings.dimensions;
  const address = new URL('embeddings', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
  /** Vectors of another size than those before cannot be compared with them. */
  const checkSize = (answered: number): void => {
    const before = dimensions;
    if (before === answered) return;
    dimensions = answered;
    settings.onMeasured?.(answered);
    if (before !== null) throw resized(endpoint, before, answered);
  };
  const embedder: Embedder = {
    name: model,
    version: new URL(endpoint).host,
    get dimensions() {
      return dimensions ?? 0;
    },
    place: 'remote',
    async prepare(signal) {
      if (dimensions === null) await embedder.embed(probe, 'background', signal);
    },
    async embed(texts, _purpose, signal) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = texts.slice(start, start + batchSize);
        const decision = await gate(batch, endpoint);
        if (!decision.allowed) throw refused(endpoint, decision.rule);
        const answered = vectorsOf(await request(settings, address, decision.texts, signal), batch.length);
        checkSize(answered[0]?.length ?? 0);
        vectors.push(...answered);
      }
      return vectors;
    },
    close: () => Promise.resolve(),
  };
  return embedder;
}

async function request(
  { fetch: send, wait = pause, model, key }: RemoteSettings,
  address: string,
  input: readonly string[],
  signal?: AbortSignal,
): Promise<unknown> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (key !== undefined) authorize(headers, key, address);
  for (let attempt = 1; ; attempt += 1) {
    const limit = AbortSignal.timeout(requestTimeout);
    const answer = await send(address, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, input, encoding_format: 'float' }),
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      return error instanceof Error ? error : new Error(String(error));
    });
    if (answer instanceof Response && answer.ok) return readAnswer(answer, address, signal);
    const busy = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!busy || attempt === attempts) throw unusable(address, answer);
    await wait(distance(answer, attempt), signal);
  }
}

/** The platform's own error would quote the key, and errors are shown: a key that no header can carry is refused without it. */
function authorize(headers: Headers, key: string, address: string): void {
  if (!/^[\x21-\x7e]+$/u.test(key.trim())) {
    throw new ModelError(
      'model-missing',
      `The key of the embedding endpoint at ${new URL(address).host} holds characters that no key can have. Enter it again in the settings. Search goes on by text.`,
      { reason: 'key' },
    );
  }
  headers.set('authorization', `Bearer ${key.trim()}`);
}

/** Bytes that an answer may have: 64 vectors of 8,192 numbers as text, and room. */
const mostBytes = 32 * 1024 * 1024;

/** The answer as JSON, read no further than an honest one can be long. */
async function readAnswer(answer: Response, address: string, signal?: AbortSignal): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of answer.body ?? []) {
      length += part.length;
      if (length > mostBytes) break;
      parts.push(part);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unusable(address, error instanceof Error ? error : new Error(String(error)));
  }
  if (length > mostBytes) throw unusable(address, new Error('the answer is too large'));
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw unusable(address, new Error('the answer is not JSON'));
  }
}

function distance(answer: Response | Error, attempt: number): number {
  const said = answer instanceof Response ? (answer.headers.get('retry-after') ?? '') : '';
  const until = Date.parse(said);
  const given = Number.isNaN(until) || /^\d+$/.test(said) ? Number(said) : (until - Date.now()) / 1000;
  return given > 0 && given <= 60 ? given * 1000 : firstPause * 2 ** (attempt - 1);
}

/** The vectors of an answer in their order, all of one size. */
function vectorsOf(answer: unknown, count: number): Float32Array[] {
  const parsed = answerSchema.safeParse(answer);
  const vectors: (Float32Array | undefined)[] = Array.from({ length: count });
  const size = parsed.data?.data[0]?.embedding.length ?? 0;
  for (const { index, embedding } of parsed.data?.data ?? []) {
    if (index < count && embedding.length === size) vectors[index] = unit(embedding);
  }
  if (!vectors.every((vector) => vector !== undefined) || size === 0 || size > mostDimensions) {
    throw new ModelError(
      'model-damaged',
      `The embedding endpoint answered without ${count} vectors of one size, of 1 to ${mostDimensions} numbers. Check the model's name in the settings.`,
    );
  }
  return vectors;
}

function unit(embedding: readonly number[]): Float32Array {
  const length = Math.hypot(...embedding);
  return Float32Array.from(embedding, (component) => (length > 0 ? component / length : 0));
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
    });
  });
}

function resized(endpoint: string, before: number, now: number): ModelError {
  return new ModelError(
    'model-damaged',
    `The model at ${new URL(endpoint).host} answers with vectors of ${now} numbers, and those that are here have ${before}. Every passage gets a new vector; until then search goes on by text.`,
    { before: String(before), now: String(now) },
  );
}

function refused(endpoint: string, rule: string): ModelError {
  return new ModelError(
    'model-refused',
    `The privacy settings keep these texts on the laptop, so nothing was sent to ${new URL(endpoint).host}.`,
    { rule },
  );
}

function unusable(address: string, answer: Response | Error): ModelError {
  const { host } = new URL(address);
  const reason = answer instanceof Response ? `status ${answer.status}` : answer.message;
  return new ModelError('model-missing', `${whyUnusable(host, answer)} Search goes on by text.`, { reason });
}

function whyUnusable(host: string, answer: Response | Error): string {
  if (!(answer instanceof Response)) {
    const isLate = answer.name === 'TimeoutError';
    return isLate
      ? `The embedding endpoint at ${host} did not answer within a minute.`
      : `The embedding endpoint at ${host} could not be reached, or its answer could not be read.`;
  }
  if (answer.status === 401 || answer.status === 403) {
    return `The embedding endpoint at ${host} did not accept the key. Enter it again in the settings.`;
  }
  if (answer.status === 404) {
    return `The embedding endpoint at ${host} does not know this address or model. Check both in the settings.`;
  }
  if (answer.status === 429) return `The embedding endpoint at ${host} takes no more requests for now.`;
  return `The embedding endpoint at ${host} answered with status ${answer.status}.`;
}
