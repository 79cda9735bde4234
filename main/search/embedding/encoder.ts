import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type * as Runtime from 'onnxruntime-node';

import { graphInput, graphOutput } from '../model/bert-graph.ts';
import { modelFiles } from '../model/location.ts';

/** Texts are cut to so many tokens, the two special ones included (the model's `max_seq_length`). */
export const maximumTokens = 256;
/** Characters beyond which no text is tokenised: even single letters fill the tokens sooner. */
const maximumCharacters = 8192;

/** Turns one text into its vector. */
export interface Encoder {
  encode(text: string): Promise<Float32Array>;
  /** Gives the model's memory back. Nothing may be encoded afterwards. */
  release(): Promise<void>;
}

/**
 * Loads the installed encoder. One text per call: as fast as batches on a processor, and the result of a text does not
 * depend on its neighbours, because quantisation takes one range per call.
 */
export async function loadEncoder(folder: string, threads: number): Promise<Encoder> {
  const { InferenceSession, Tensor } = createRequire(import.meta.url)('onnxruntime-node') as typeof Runtime;
  const options: Runtime.InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  const session = await InferenceSession.create(join(folder, modelFiles.encoder), options);
  const definition: object = JSON.parse(readFileSync(join(folder, modelFiles.tokenizer), 'utf8'));
  const tokenizer = new Tokenizer(definition, {});
  return {
    async encode(text) {
      const ids = cut(tokenizer.encode(text.slice(0, maximumCharacters)).ids);
      const input = new Tensor('int32', Int32Array.from(ids), [ids.length]);
      const output = (await session.run({ [graphInput]: input }))[graphOutput];
      if (!(output?.data instanceof Float32Array))
        throw new TypeError('the encoder answered without a vector');
      return output.data;
    },
    release: () => session.release(),
  };
}

/** Cuts a token sequence to the model's length and keeps its last token, which ends the sentence. */
export function cut(ids: readonly number[]): readonly number[] {
  return ids.length <= maximumTokens ? ids : [...ids.slice(0, maximumTokens - 1), ids.at(-1) ?? 0];
}
