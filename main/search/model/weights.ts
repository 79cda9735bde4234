import type { Tensor } from './safetensors.ts';

/** Quantised weights: `value ~ values[i] * scale of its row or column`. */
export interface QuantisedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Largest magnitude of a weight in the products: seven bits instead of eight. Processors without VNNI add pairs
 * of products of unsigned and signed bytes in 16 bits, and 255 * 63 * 2 is the most that fits.
 */
const reducedRange = 63;
const fullRange = 127;

/** Swaps the axes of a matrix. */
export function transpose({ shape, values }: Tensor): Tensor {
  const [rows, columns] = sizes(shape);
  const swapped = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      swapped[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return { shape: [columns, rows], values: swapped };
}

/** One scale per row, eight bits: for tables that are only looked up in. */
export function quantiseRows({ shape, values }: Tensor): QuantisedMatrix {
  const [, columns] = sizes(shape);
  return quantise(values, sizes(shape)[0], fullRange, (i) => Math.floor(i / columns));
}

/** One scale per column, seven bits: for the right side of a product. */
export function quantiseColumns({ shape, values }: Tensor): QuantisedMatrix {
  const [, columns] = sizes(shape);
  return quantise(values, columns, reducedRange, (i) => i % columns);
}

function quantise(
  source: Float32Array,
  groups: number,
  range: number,
  groupOf: (index: number) => number,
): QuantisedMatrix {
  const scales = new Float32Array(groups);
  for (let i = 0; i < source.length; i += 1) {
    const group = groupOf(i);
    scales[group] = Math.max(scales[group] ?? 0, Math.abs(source[i] ?? 0) / range);
  }
  const values = new Int8Array(source.length);
  for (let i = 0; i < source.length; i += 1) {
    const scale = scales[groupOf(i)] ?? 0;
    values[i] = scale === 0 ? 0 : Math.round((source[i] ?? 0) / scale);
  }
  return { values, scales };
}

function sizes(shape: readonly number[]): readonly [rows: number, columns: number] {
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new TypeError('a matrix has two dimensions');
  }
  return [rows, columns];
}
