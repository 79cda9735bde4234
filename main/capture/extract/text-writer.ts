const strength = { '': 0, ' ': 1, '\t': 2, '\n': 3, '\n\n': 4 } as const;
type Gap = keyof typeof strength;

/** Puts a document's text together: pieces, and between two pieces the strongest gap that was asked for. */
export class TextWriter {
  readonly #parts: string[] = [];
  #length = 0;
  #gap: Gap = '';

  /** Where the next piece will start. */
  get position(): number {
    return this.#length === 0 ? 0 : this.#length + this.#gap.length;
  }

  get length(): number {
    return this.#length;
  }

  /** Asks for a gap before the next piece; a weaker one that was asked for already gives way. */
  gap(gap: Gap): void {
    if (strength[gap] > strength[this.#gap]) this.#gap = gap;
  }

  /** Inline text: runs of white space count as one space. */
  inline(text: string): void {
    const words = text.replace(/[ \t\n\u00a0]+/g, ' ');
    if (words === '') return;
    if (words.startsWith(' ')) this.gap(' ');
    const trimmed = words.trim();
    if (trimmed !== '') this.#append(trimmed);
    if (trimmed !== '' && words.endsWith(' ')) this.gap(' ');
  }

  /** Text whose white space means something. */
  verbatim(text: string): void {
    if (text !== '') this.#append(text);
  }

  toString(): string {
    return this.#parts.join('');
  }

  #append(text: string): void {
    if (this.#length > 0 && this.#gap !== '') {
      this.#parts.push(this.#gap);
      this.#length += this.#gap.length;
    }
    this.#gap = '';
    this.#parts.push(text);
    this.#length += text.length;
  }
}
