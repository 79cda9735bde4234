import { gapAround, type Landmark, landmarksOf } from './align.ts';
import { type FoldedText, foldedOffset, foldText } from './fold.ts';
import { haveSameWords } from './same-words.ts';

/** A passage of a text, `[start, end)` in UTF-16 code units. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/** Characters of context that are compared on each side, and how much of it a passage that was moved must keep. */
const contextLength = 400;
const leastContextOfMoved = 32;

/** Occurrences beyond which one is told from another by its rank alone. */
const mostCompared = 200;

/** Two versions of one document's text, made ready to carry passages from the old one to the new one. */
export interface Versions {
  readonly old: FoldedText;
  readonly changed: FoldedText;
  readonly chain: readonly Landmark[];
}

export function compareVersions(old: string, changed: string): Versions {
  const before = foldText(old);
  const after = foldText(changed);
  return { old: before, changed: after, chain: landmarksOf(before.folded, after.folded) };
}

/**
 * Where a passage of the old text stands in the new one; null where its words did not survive, or where it cannot be told
 * which of several equal passages it is. A passage is never carried to words that are not its own, and of several equal ones
 * it is carried to its own: the one between the same landmarks, with the same neighbours, or of the same rank.
 */
export function carryPassage(versions: Versions, passage: Passage): Passage | null {
  const { old, changed, chain } = versions;
  const start = foldedOffset(old, passage.start);
  const end = foldedOffset(old, passage.end);
  if (end <= start) return null;
  const exact = old.original.slice(passage.start, passage.end);
  const needle = old.folded.slice(start, end);
  const own = { start, end };
  const bounds = boundsOf(old.original, passage);
  const inOld = occurrences(old, needle, exact, bounds);
  const inNew = occurrences(changed, needle, exact, bounds);
  if (inNew.length === 0) return null;
  const gap = gapAround(chain, start, end, { old: old.folded.length, new: changed.folded.length });
  const near = within(inNew, gap.new);
  const found =
    near.length > 0
      ? assign(versions, own, within(inOld, gap.old), near)
      : assignMoved(versions, own, inOld, inNew);
  return found === null ? null : toOriginal(changed, found);
}

/** Passages of a text with these words, in order; whole words where there are such. */
export function findWords(text: string, words: string): Passage[] {
  const folded = foldText(text);
  const needle = foldText(words).folded;
  if (needle === '') return [];
  const whole = occurrences(folded, needle, words, { startsWord: true, endsWord: true });
  const found = whole.length > 0 ? whole : occurrences(folded, needle, words, anywhere);
  return found.map((each) => toOriginal(folded, each));
}

/** Whether a passage starts and ends on the bounds of words. One that does is never found inside a longer word. */
interface Bounds {
  readonly startsWord: boolean;
  readonly endsWord: boolean;
}

const anywhere: Bounds = { startsWord: false, endsWord: false };

function boundsOf(text: string, { start, end }: Passage): Bounds {
  return { startsWord: !cutsWord(text, start), endsWord: !cutsWord(text, end) };
}

function toOriginal({ starts, ends }: FoldedText, { start, end }: Passage): Passage {
  return { start: starts[start] ?? 0, end: ends[end - 1] ?? 0 };
}

function occurrences(text: FoldedText, needle: string, exact: string, bounds: Bounds): Passage[] {
  const found: Passage[] = [];
  for (let at = text.folded.indexOf(needle); at >= 0; at = text.folded.indexOf(needle, at + 1)) {
    const passage = { start: at, end: at + needle.length };
    const place = toOriginal(text, passage);
    const { startsWord, endsWord } = boundsOf(text.original, place);
    if ((bounds.startsWord && !startsWord) || (bounds.endsWord && !endsWord)) continue;
    if (haveSameWords(exact, text.original.slice(place.start, place.end))) found.push(passage);
  }
  return found;
}

const wordEnd = /[\p{L}\p{N}]$/u;
const wordStart = /^[\p{L}\p{N}]/u;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function cutsWord(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 1), at);
  const after = text.slice(at, at + 1);
  return wordEnd.test(before) && wordStart.test(after) && !(unspaced.test(before) && unspaced.test(after));
}

function within(passages: readonly Passage[], [from, to]: readonly [number, number]): Passage[] {
  return passages.filter(({ start, end }) => start >= from && end <= to);
}

function assign(
  versions: Versions,
  own: Passage,
  inOld: readonly Passage[],
  inNew: readonly Passage[],
): Passage | null {
  if (inOld.length === 1 && inNew.length === 1) return inNew[0] ?? null;
  const byContext = mutualBest(versions, own, inOld, inNew, 1);
  if (byContext !== null) return byContext;
  const rank = inOld.findIndex(({ start }) => start === own.start);
  return inOld.length === inNew.length ? (inNew[rank] ?? null) : null;
}

function assignMoved(
  versions: Versions,
  own: Passage,
  inOld: readonly Passage[],
  inNew: readonly Passage[],
): Passage | null {
  if (inOld.length === 1 && inNew.length === 1) return inNew[0] ?? null;
  return mutualBest(versions, own, inOld, inNew, leastContextOfMoved);
}

/** The new occurrence that resembles this old one more than any other does, and that resembles no other old one as much. */
function mutualBest(
  versions: Versions,
  own: Passage,
  inOld: readonly Passage[],
  inNew: readonly Passage[],
  least: number,
): Passage | null {
  if (inOld.length > mostCompared || inNew.length > mostCompared) return null;
  const scores = inNew.map((each) => sharedContext(versions, own, each));
  const best = Math.max(...scores);
  if (best < least || scores.filter((score) => score === best).length > 1) return null;
  const found = inNew[scores.indexOf(best)];
  if (found === undefined) return null;
  const others = inOld.filter(({ start }) => start !== own.start);
  return others.every((other) => sharedContext(versions, other, found) < best) ? found : null;
}

/** Units that the neighbours of two passages have in common, to the left and to the right. */
function sharedContext({ old, changed }: Versions, before: Passage, after: Passage): number {
  let left = 0;
  while (
    left < contextLength &&
    before.start - left > 0 &&
    after.start - left > 0 &&
    old.folded[before.start - left - 1] === changed.folded[after.start - left - 1]
  ) {
    left += 1;
  }
  let right = 0;
  while (
    right < contextLength &&
    before.end + right < old.folded.length &&
    after.end + right < changed.folded.length &&
    old.folded[before.end + right] === changed.folded[after.end + right]
  ) {
    right += 1;
  }
  return left + right;
}
