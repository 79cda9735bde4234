import { z } from 'zod';

/** Bytes as both transports carry them: what a platform's `Blob` offers, named here without a platform. */
export interface BinaryPart {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

function isBinaryPart(value: unknown): value is BinaryPart {
  return typeof value === 'object' && value !== null && 'size' in value && 'arrayBuffer' in value;
}

/** A `Blob` on either side of the border. */
export const binarySchema = z.custom<BinaryPart>(isBinaryPart, { message: 'Bytes are expected here.' });
