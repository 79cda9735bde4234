import { describe, expect, test } from 'vitest';
import { cut, maximumTokens } from '../../../main/search/embedding/encoder.ts';
import { remoteEmbedder } from '../../../main/search/embedding/remote-embedder.ts';
import type { RemoteSettings } from '../../../main/search/embedding/remote-embedder.ts';

interface Call {
  readonly address: string;
  readonly body: { model: string; input: string[] };
  readonly authorization: string | null;
}

function endpoint(answers: (call: Call, n: number) => Response): { calls: Call[]; fetch: typeof fetch } {
  const calls: Call[] = [];
  return {
    calls,
    fetch: (address, init) => {
      const headers = new Headers(init?.headers);
      const body: unknown = JSON.parse(typeof init?.body === 'string' ? init.body : 'null');
      const call = {
        address: address instanceof Request ? address.url : address.toString(),
        body: body as Call['body'],
        authorization: headers.get('authorization'),
      };
      calls.push(call);
      return Promise.resolve(answers(call, calls.length));
    },
  };
}

const vectors = ({ body }: Call) =>
  Response.json({
    data: body.input.map((text, index) => ({ index, embedding: [text.length, 0] })).toReversed(),
  });

function settings(fetch: RemoteSettings['fetch'], more: Partial<RemoteSettings> = {}): RemoteSettings {
  return {
    endpoint: 'https://models.example/v1',
    model: 'm',
    dimensions: 2,
    gate: (texts) => Promise.resolve({ allowed: true, texts }),
    wait: () => Promise.resolve(),
    fetch,
    ...more,
  };
}

describe('an embedding endpoint', () => {
  test('gets batches after the gate, and its vectors are put in order and made unit length', async () => {
    const { calls, fetch } = endpoint(vectors);
    const asked: number[] = [];
    const embedder = remoteEmbedder(
      settings(fetch, {
        key: 'k',
        gate: (texts) => {
          asked.push(texts.length);
          return Promise.resolve({ allowed: true, texts });
        },
      }),
    );
    const result = await embedder.embed(
      Array.from({ length: 70 }, (_, i) => 'x'.repeat(i + 1)),
      'background',
    );
    expect(asked).toEqual([64, 6]);
    expect(calls[0]).toMatchObject({
      address: 'https://models.example/v1/embeddings',
      authorization: 'Bearer k',
    });
    expect(result).toHaveLength(70);
    expect([...(result[69] ?? [])]).toEqual([1, 0]);
  });

  test('tells the size of its vectors by its first answer, for which no word of the workspace leaves', async () => {
    const { calls, fetch } = endpoint(vectors);
    const told: number[] = [];
    const embedder = remoteEmbedder(
      settings(fetch, { dimensions: null, onMeasured: (dimensions) => told.push(dimensions) }),
    );
    expect(embedder.dimensions).toBe(0);
    await embedder.prepare?.();
    await embedder.prepare?.();
    expect(calls.map(({ body }) => body.input)).toEqual([['size']]);
    expect([embedder.dimensions, told]).toEqual([2, [2]]);
    await embedder.embed(['a', 'b'], 'background');
    expect(told).toEqual([2]);
  });

  test('that answers in another size than before is refused with both, and the new size is told', async () => {
    const { fetch } = endpoint(vectors);
    const told: number[] = [];
    const embedder = remoteEmbedder(
      settings(fetch, { dimensions: 3, onMeasured: (dimensions) => told.push(dimensions) }),
    );
    await expect(embedder.embed(['a'], 'query')).rejects.toThrow(/vectors of 2 numbers, .* have 3\./);
    expect([embedder.dimensions, told]).toEqual([2, [2]]);
  });

  test('whose vectors differ in size among themselves, or have no number, is refused', async () => {
    for (const embeddings of [
      [[1, 0], [1]],
      [[], []],
    ]) {
      const { fetch } = endpoint(() =>
        Response.json({ data: embeddings.map((embedding, index) => ({ index, embedding })) }),
      );
      const embedder = remoteEmbedder(settings(fetch, { dimensions: null }));
      await expect(embedder.embed(['a', 'b'], 'query')).rejects.toMatchObject({ code: 'model-damaged' });
    }
  });

  test('is never called when the gate says no', async () => {
    const { calls, fetch } = endpoint(vectors);
    const gate = () => Promise.resolve({ allowed: false, rule: 'classes.content.models_remote' } as const);
    await expect(remoteEmbedder(settings(fetch, { gate })).embed(['secret'], 'query')).rejects.toMatchObject({
      code: 'model-refused',
      details: { rule: 'classes.content.models_remote' },
    });
    expect(calls).toEqual([]);
  });

  test('is asked again while it is busy, and not when the request itself is wrong', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number) => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const busy = endpoint((call, n) =>
      n < 3
        ? new Response(null, { status: 429, headers: n === 1 ? { 'retry-after': '2' } : {} })
        : vectors(call),
    );
    await remoteEmbedder(settings(busy.fetch, { wait })).embed(['a'], 'query');
    expect(waits).toEqual([2000, 1000]);
    const wrong = endpoint(() => new Response(null, { status: 401 }));
    await expect(remoteEmbedder(settings(wrong.fetch)).embed(['a'], 'query')).rejects.toMatchObject({
      code: 'model-missing',
    });
    expect(wrong.calls).toHaveLength(1);
  });

  test('a key that no header can carry is refused without being quoted', async () => {
    const { calls, fetch } = endpoint(vectors);
    const failure: unknown = await remoteEmbedder(settings(fetch, { key: 'sk-canary\nx' }))
      .embed(['a'], 'query')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'model-missing' });
    expect(String(failure) + JSON.stringify(failure)).not.toContain('canary');
    expect(calls).toEqual([]);
  });

  test('an answer that breaks off is told as a sentence', async () => {
    const broken = endpoint(
      () =>
        new Response(
          new ReadableStream({
            start: (stream) => {
              stream.error(new TypeError('terminated'));
            },
          }),
        ),
    );
    await expect(remoteEmbedder(settings(broken.fetch)).embed(['a'], 'query')).rejects.toMatchObject({
      code: 'model-missing',
    });
  });

  test('answers of the wrong shape are refused', async () => {
    const short = endpoint(() => Response.json({ data: [{ index: 0, embedding: [1] }] }));
    await expect(remoteEmbedder(settings(short.fetch)).embed(['a'], 'query')).rejects.toMatchObject({
      code: 'model-damaged',
    });
  });
});

test('a long text is cut to the tokens of the model and keeps its end mark', () => {
  const ids = Array.from({ length: 400 }, (_, i) => i + 1000);
  const kept = cut(ids);
  expect(kept).toHaveLength(maximumTokens);
  expect(kept.at(-1)).toBe(1399);
  expect(cut([1, 2, 3])).toEqual([1, 2, 3]);
});
