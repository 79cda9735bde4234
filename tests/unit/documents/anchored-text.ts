/** Texts whose every word has an identity, so that a test knows which words of a changed text are whose. */
export interface Word {
  readonly id: number;
  readonly text: string;
}

export interface Rendered {
  readonly text: string;
  /** Start and end of each word, by its identity. */
  readonly places: ReadonlyMap<number, { readonly start: number; readonly end: number }>;
}

export type Random = () => number;

/** A small seeded generator (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const syllables = [
  'ba',
  'cor',
  'den',
  'fil',
  'gra',
  'hon',
  'lim',
  'mar',
  'nes',
  'pol',
  'qui',
  'ros',
  'tav',
  'vel',
];

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function vocabulary(random: Random, size: number): string[] {
  return Array.from({ length: size }, () =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, syllables)).join(''),
  );
}

/** A document of sentences, some of which occur several times, word for word. */
export function writeDocument(random: Random, sentences: number): Word[][] {
  const words = vocabulary(random, 400);
  let id = 0;
  const written: string[][] = [];
  for (let each = 0; each < sentences; each += 1) {
    const repeats = written.length > 3 && random() < 0.12;
    const length = 6 + Math.floor(random() * 14);
    written.push(
      repeats
        ? pick(random, written)
        : Array.from({ length }, (_, at) => pick(random, words) + (at === length - 1 ? '.' : '')),
    );
  }
  return written.map((sentence) => sentence.map((text) => ({ id: id++, text })));
}

/** Sets the words in lines and pages: other widths, page breaks and hyphens each time. */
export function render(
  random: Random,
  sentences: readonly (readonly Word[])[],
  hyphenates: boolean,
): Rendered {
  const places = new Map<number, { start: number; end: number }>();
  let text = '';
  for (const word of sentences.flat()) {
    if (text !== '') text += pick(random, [' ', ' ', ' ', ' ', '\n', '  ', '\t', '\n\n', ' \n', '\u00a0']);
    const start = text.length;
    const breaks = hyphenates && word.text.length > 6 && random() < 0.08;
    const at = 3 + Math.floor(random() * (word.text.length - 5));
    text += breaks ? `${word.text.slice(0, at)}-\n${word.text.slice(at)}` : word.text;
    places.set(word.id, { start, end: text.length });
  }
  return { text, places };
}

/** Edits some sentences: words put in, taken out, replaced; whole sentences put in or moved away. */
export function editSentences(
  random: Random,
  sentences: readonly (readonly Word[])[],
  share: number,
): Word[][] {
  let next = 1_000_000;
  const fresh = (): Word => ({ id: next++, text: `new${Math.floor(random() * 50)}` });
  const result: Word[][] = [];
  for (const sentence of sentences) {
    const edited = [...sentence];
    if (random() < share) {
      const at = Math.floor(random() * edited.length);
      const kind = random();
      if (kind < 0.3) edited.splice(at, 1);
      else if (kind < 0.6) edited.splice(at, 0, fresh());
      else if (kind < 0.85) edited.splice(at, 1, fresh());
      else result.push([fresh(), fresh(), fresh()]);
    }
    result.push(edited);
  }
  return result;
}
