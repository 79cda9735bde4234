/**
 * A text as its words, without what extraction and typesetting change: white space, hyphens, soft hyphens, ligatures,
 * typographic quotes. `starts[i]` and `ends[i]` are the offsets in the original of the unit that `folded[i]` came from.
 */
export interface FoldedText {
  readonly original: string;
  readonly folded: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const invisible = /[\u00ad\u200b\u2060\ufeff]/u;
const white = /\s/u;
const hyphen = /[-\u2010\u2011]/u;
const mark = /\p{M}/u;

const replaced: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201b': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201f': '"',
  ﬀ: 'ff',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬃ: 'ffi',
  ﬄ: 'ffl',
  ﬅ: 'st',
  ﬆ: 'st',
};

/** What a character (with its combining marks) counts as; empty where it is only typesetting. */
export function foldedUnit(unit: string): string {
  if (white.test(unit) || invisible.test(unit) || hyphen.test(unit)) return '';
  return replaced[unit] ?? unit.normalize('NFC');
}

/** Length of the character at `at`, with the combining marks that follow it. */
export function unitLength(text: string, at: number): number {
  let end = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  while (end < text.length && text.charCodeAt(end) > 0x2ff) {
    const next = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (!mark.test(next)) break;
    end += next.length;
  }
  return end - at;
}

/** Folds a whole text. Linear in its length. */
export function foldText(original: string): FoldedText {
  const starts: number[] = [];
  const ends: number[] = [];
  const parts: string[] = [];
  for (let at = 0; at < original.length;) {
    const code = original.charCodeAt(at);
    const next = original.charCodeAt(at + 1);
    const isPlain = code > 32 && code < 127 && code !== 45 && !(next > 0x2ff);
    const end = isPlain ? at + 1 : at + unitLength(original, at);
    const unit = original.slice(at, end);
    const folded = isPlain ? unit : foldedUnit(unit);
    for (let each = 0; each < folded.length; each += 1) {
      starts.push(at);
      ends.push(end);
    }
    if (folded !== '') parts.push(folded);
    at = end;
  }
  return { original, folded: parts.join(''), starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

/** The place of an offset of the original among the folded units: the first unit that starts at or after it. */
export function foldedOffset({ starts }: FoldedText, offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
