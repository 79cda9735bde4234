import { codeLength } from '../../../db/replica/vector-codes.ts';
import { scanModule } from './scan-module.ts';

type Scan = (codes: number, count: number, length: number, query: number, out: number) => void;

const pageBytes = 65_536;
/** Query components are scaled to this: 13 bits with sign, so that sums of products fit 32 bits. */
const queryRange = 2047;

/** Quantised vectors of one model in the memory of the scan: slot i stands at `i * codeLength`. */
export class CodeMemory {
  readonly dimensions: number;
  readonly #length: number;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #scan: Scan;
  #capacity = 0;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#length = codeLength(dimensions);
    const module = new WebAssembly.Module(scanModule);
    const { exports } = new WebAssembly.Instance(module, { m: { m: this.#memory } });
    this.#scan = exports['scan'] as Scan;
  }

  /** Makes room for so many slots, and for a query and their results behind them. */
  reserve(slots: number): void {
    if (slots <= this.#capacity) return;
    this.#capacity = Math.max(slots, Math.ceil(this.#capacity * 1.25), 1024);
    const bytes = this.#resultsAt() + this.#capacity * 4;
    const missing = Math.ceil(bytes / pageBytes) - this.#memory.buffer.byteLength / pageBytes;
    if (missing > 0) this.#memory.grow(missing);
  }

  /** Writes the codes of consecutive slots. */
  write(slot: number, codes: ArrayBufferView): void {
    const source = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
    new Uint8Array(this.#memory.buffer).set(source, slot * this.#length);
  }

  /**
   * Dot products of a query with the codes of `count` slots from `first` on, one integer each, in the order of the slots; to be
   * multiplied with the slot's scale. The array is a view that the next call overwrites.
   */
  scan(query: Float32Array, first: number, count: number): Int32Array {
    if (count === 0) return new Int32Array(0);
    const largest = query.reduce((most, component) => Math.max(most, Math.abs(component)), 0);
    const factor = largest > 0 ? queryRange / largest : 0;
    const place = new Int16Array(this.#memory.buffer, this.#queryAt(), this.#length);
    place.fill(0);
    place.set(query.map((component) => Math.round(component * factor)));
    this.#scan(first * this.#length, count, this.#length, this.#queryAt(), this.#resultsAt());
    return new Int32Array(this.#memory.buffer, this.#resultsAt(), count);
  }

  #queryAt(): number {
    return this.#capacity * this.#length;
  }

  #resultsAt(): number {
    return this.#queryAt() + this.#length * 2;
  }
}
