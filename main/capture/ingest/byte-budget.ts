/** Bounds how many bytes are in memory at once. One document that is larger than the whole budget passes alone. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves once there is room; the answer gives it back, once. */
  async acquire(bytes: number): Promise<() => void> {
    if (!this.#fits(bytes) || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#waiting.push({ bytes, enter: resolve }));
    } else {
      this.#used += bytes;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#used -= bytes;
      this.#admit();
    };
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#limit;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.enter();
    }
  }
}
