import { z } from 'zod';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

/** A float tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Reads the float tensors of a safetensors file (github.com/huggingface/safetensors, "Format"): eight bytes length of a JSON header,
 * the header, the data. Throws where offsets leave the file or disagree with the shape.
 */
export function readSafetensors(file: Uint8Array): (name: string) => Tensor {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > file.byteLength - 8) throw new RangeError('safetensors: header is longer than the file');
  const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  const entries = z.record(z.string(), z.unknown()).parse(header);
  const data = file.subarray(8 + headerLength);
  return (name) => {
    const { dtype, shape, data_offsets } = entrySchema.parse(entries[name]);
    const [start, end] = data_offsets;
    const length = shape.reduce((product, size) => product * size, 1);
    if (dtype !== 'F32') throw new TypeError(`safetensors: ${name} is ${dtype}, not F32`);
    if (end > data.byteLength || end - start !== length * 4) {
      throw new RangeError(`safetensors: the offsets of ${name} disagree with its shape`);
    }
    return { shape, values: new Float32Array(data.slice(start, end).buffer) };
  };
}
