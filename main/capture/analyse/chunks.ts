import type { PageSpan } from '../extract/types.ts';
import { countWords } from './words.ts';

/** A passage for retrieval: `[start, end)` in the document's text, the page it stands on, and its words. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Page of the passage, null in documents without pages. A chunk never reaches over the end of a page. */
  readonly page: number | null;
  readonly words: number;
}

/**
 * Words that a chunk aims at, the most it may have, and the least that a paragraph must have to stand alone. A vector of one
 * paragraph tells what it says; one of several tells what they have in common, which is seldom what is asked for
 * (docs/search.md has the figures).
 */
const targetWords = 40;
const maxWords = 80;
const leastWords = 12;

/** Longest run without a space that stays whole. */
const maxRun = 2000;

/** A sentence's end, with closing marks; or the end of a line. CJK ends need no space after them. */
const boundary = /[。！？｡][」』）”’]*|[.!?…][)\]"'”’»]*(?=\s)|\n+/gu;

/** Short forms after which a full stop ends no sentence. */
const abbreviation =
  /(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|etc|vs|cf|al|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Fig|Eq|vol|pp?|ca|approx|Inc|Ltd|Co|Jr|Sr)\.$/;

/**
 * Cuts a text into chunks on the bounds of paragraphs, sentences and pages: a paragraph each, or some forty words of a long one. Deterministic: the same text
 * and pages give the same chunks. Chunks of one page are about equally long, so that none is a leftover of a few words.
 */
export function chunkText(text: string, pages: readonly PageSpan[]): Chunk[] {
  const spans: readonly { page: number | null; start: number; end: number }[] =
    pages.length > 0 ? pages : [{ page: null, start: 0, end: text.length }];
  return spans.flatMap((span) => chunkSpan(text, span.start, span.end, span.page));
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly words: number;
  readonly endsParagraph: boolean;
}

function chunkSpan(text: string, from: number, to: number, page: number | null): Chunk[] {
  const pieces = piecesOf(text, from, to);
  const total = pieces.reduce((sum, piece) => sum + piece.words, 0);
  const parts = Math.max(1, Math.round(total / targetWords));
  const aim = Math.ceil(total / parts);
  const chunks: Chunk[] = [];
  let first: Piece | null = null;
  let last: Piece | null = null;
  let words = 0;

  function flush(): void {
    if (first !== null && last !== null)
      pushTrimmed(chunks, text, { start: first.start, end: last.end, page, words });
    first = null;
    last = null;
    words = 0;
  }

  for (const piece of pieces) {
    if (words > 0 && words + piece.words > maxWords) flush();
    first ??= piece;
    last = piece;
    words += piece.words;
    // A paragraph's end is the better bound, so it is taken early; a sentence's end once the aim is reached.
    if (words >= aim || (piece.endsParagraph && words >= leastWords)) flush();
  }
  flush();
  return chunks;
}

function pushTrimmed(chunks: Chunk[], text: string, chunk: Chunk): void {
  let { start, end } = chunk;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  if (end > start) chunks.push({ start, end, page: chunk.page, words: chunk.words });
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000;
}

/** Sentences and lines of a span; those that are longer than a chunk may be are cut between words. */
function piecesOf(text: string, from: number, to: number): Piece[] {
  const span = text.slice(from, to);
  const pieces: Piece[] = [];
  let start = 0;
  for (const match of span.matchAll(boundary)) {
    const end = match.index + match[0].length;
    const isLineEnd = match[0].startsWith('\n');
    if (!isLineEnd && abbreviation.test(span.slice(Math.max(start, end - 12), end))) continue;
    addPiece(pieces, span, start, end, from, isLineEnd && match[0].length > 1);
    start = end;
  }
  addPiece(pieces, span, start, span.length, from, true);
  return pieces;
}

function addPiece(
  pieces: Piece[],
  span: string,
  start: number,
  end: number,
  offset: number,
  endsParagraph: boolean,
): void {
  if (start >= end) return;
  const words = countWords(span.slice(start, end));
  if (words <= maxWords && end - start <= maxRun * 4) {
    pieces.push({ start: start + offset, end: end + offset, words, endsParagraph });
    return;
  }
  for (let at = start; at < end;) {
    const next = cutBetweenWords(span, at, end);
    const part = countWords(span.slice(at, next));
    pieces.push({ start: at + offset, end: next + offset, words: part, endsParagraph: false });
    at = next;
  }
}

/** The end of a part of at most half a chunk's words that starts at `from`; inside a word only where it never ends. */
function cutBetweenWords(span: string, from: number, to: number): number {
  let words = 0;
  let at = from;
  while (at < to && words < targetWords / 2) {
    const limit = Math.min(to, at + maxRun);
    let next = at + 1;
    while (next < limit && !isSpace(span.charCodeAt(next))) next += 1;
    const run = span.slice(at, next);
    const inRun = countWords(run);
    if (inRun > targetWords / 2) return cutInside(span, at, next, at === from);
    words += inRun;
    at = next;
  }
  return at;
}

/** CJK text has no spaces: a run of it is cut after so many characters, never within a surrogate pair. */
function cutInside(span: string, at: number, end: number, isFirst: boolean): number {
  if (!isFirst) return at;
  const cut = Math.min(end, at + targetWords / 2);
  const isHigh = (span.charCodeAt(cut - 1) & 0xfc00) === 0xd800;
  return isHigh && cut < end ? cut + 1 : cut;
}
