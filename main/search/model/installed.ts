import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { localModel, modelFiles, modelFolder } from './location.ts';
import { sha256 } from './wheel.ts';

const recordSchema = z.object({
  name: z.literal(localModel.name),
  version: z.literal(localModel.version),
  dimensions: z.literal(localModel.dimensions),
  source: z.string(),
  encoderSha256: z.string().length(64),
  tokenizerSha256: z.string().length(64),
});

export type InstalledModel = z.infer<typeof recordSchema> & { readonly folder: string };

/** The model in a folder, or null where none is, or one that its own record does not vouch for. */
export async function installedModel(folder = modelFolder()): Promise<InstalledModel | null> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(join(folder, modelFiles.record), 'utf8')));
    const [encoder, tokenizer] = await Promise.all([
      readFile(join(folder, modelFiles.encoder)),
      readFile(join(folder, modelFiles.tokenizer)),
    ]);
    const intact = sha256(encoder) === record.encoderSha256 && sha256(tokenizer) === record.tokenizerSha256;
    return intact ? { folder, ...record } : null;
  } catch {
    return null;
  }
}
