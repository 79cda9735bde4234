/** A vector as one signed byte per component: `component ~ values[i] * scale`. Padded with zeros to whole lanes. */
export interface VectorCode {
  readonly values: Int8Array;
  readonly scale: number;
}

/** Components that one SIMD register holds: codes are padded to a multiple of it. */
export const lanes = 16;

/** Number of bytes of the code of a vector with so many dimensions. */
export function codeLength(dimensions: number): number {
  return Math.ceil(dimensions / lanes) * lanes;
}

/**
 * Quantises a vector to eight bits with a scale of its own (symmetric, largest component at 127). A zero vector has
 * scale 0. Deterministic, so that codes can be rebuilt and compared.
 */
export function quantise(vector: Float32Array): VectorCode {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  const values = new Int8Array(codeLength(vector.length));
  const scale = largest / 127;
  if (scale > 0) for (const [i, component] of vector.entries()) values[i] = Math.round(component / scale);
  return { values, scale };
}
