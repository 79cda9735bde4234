import { foldText } from './anchors/fold.ts';
import type { Passage } from './anchors/resolve.ts';
import { haveSameWords } from './anchors/same-words.ts';

/**
 * Every place where words stand, for a find field: the case does not count, nor do line breaks and hyphens at the end of a line,
 * and a match may begin or end inside a word. Matches do not overlap. Offsets are UTF-16 code units of the text.
 */
export function findLoosely(text: string, words: string): Passage[] {
  const wanted = lowered(words.trim());
  const needle = foldText(wanted).folded;
  if (needle === '') return [];
  const { original, folded, starts, ends } = foldText(lowered(text));
  const found: Passage[] = [];
  for (let at = folded.indexOf(needle); at >= 0;) {
    const start = starts[at] ?? 0;
    const end = ends[at + needle.length - 1] ?? 0;
    // Folding leaves white space out: "the rapist" is not "therapist".
    const isMatch = haveSameWords(wanted, original.slice(start, end));
    if (isMatch) found.push({ start, end });
    at = folded.indexOf(needle, at + (isMatch ? needle.length : 1));
  }
  return found;
}

/** Lower case in which every character keeps its place: one whose lower case is longer, as of "\u0130", stays as it is. */
function lowered(text: string): string {
  const whole = text.toLowerCase();
  if (whole.length === text.length) return whole;
  return text.replace(/./gsu, (each) => {
    const lower = each.toLowerCase();
    return lower.length === each.length ? lower : each;
  });
}
