/** A stretch of text that both versions have exactly once: its first unit in the old and in the new one. */
export interface Landmark {
  readonly before: number;
  readonly after: number;
}

/** Units in a landmark, and how many windows are skipped for each that is looked at. */
export const landmarkLength = 32;
const sampling = 8;

/**
 * Landmarks of two versions of a text, in order in both: windows that are unique in each, chosen by their content so that an
 * insertion before them does not change the choice, and of these the longest chain that runs forward in both (patience
 * sorting). `old` and `new` are folded.
 */
export function landmarksOf(old: string, changed: string): Landmark[] {
  const inOld = uniqueWindows(old);
  const inNew = uniqueWindows(changed);
  const pairs: Landmark[] = [];
  for (const [window, before] of inOld) {
    const after = inNew.get(window);
    if (before >= 0 && after !== undefined && after >= 0) pairs.push({ before, after });
  }
  pairs.sort((a, b) => a.before - b.before);
  return longestForwardChain(pairs);
}

/** Sampled windows of a text to their place; -1 where a window occurs more than once. */
function uniqueWindows(text: string): Map<string, number> {
  const places = new Map<string, number>();
  let hash = 0;
  let highest = 1;
  for (let each = 1; each < landmarkLength; each += 1) highest = Math.imul(highest, 31);
  for (let at = 0; at < text.length; at += 1) {
    if (at >= landmarkLength) hash = (hash - Math.imul(text.charCodeAt(at - landmarkLength), highest)) | 0;
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
    const start = at - landmarkLength + 1;
    // The low bits of a polynomial hash see only the last characters; the multiplication spreads all of them.
    if (start < 0 || Math.imul(hash, 0x9e3779b1) >>> 29 !== sampling - 1) continue;
    const window = text.slice(start, at + 1);
    places.set(window, places.has(window) ? -1 : start);
  }
  return places;
}

function longestForwardChain(pairs: readonly Landmark[]): Landmark[] {
  const lastOfLength: number[] = [];
  const previous = new Int32Array(pairs.length);
  for (const [index, pair] of pairs.entries()) {
    let low = 0;
    let high = lastOfLength.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[lastOfLength[middle] ?? 0]?.after ?? 0) < pair.after) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (lastOfLength[low - 1] ?? -1);
    lastOfLength[low] = index;
  }
  const chain: Landmark[] = [];
  for (let at = lastOfLength.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) chain.push(pair);
  }
  return chain.reverse();
}

/** The part of the new text, in folded units, that a passage of the old one must lie in if nothing was moved. */
export function gapAround(
  chain: readonly Landmark[],
  start: number,
  end: number,
  lengths: { readonly old: number; readonly new: number },
): { old: [number, number]; new: [number, number] } {
  let low = 0;
  let high = chain.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chain[middle]?.before ?? 0) + landmarkLength <= start) low = middle + 1;
    else high = middle;
  }
  const left = chain[low - 1];
  let right = low;
  while (right < chain.length && (chain[right]?.before ?? 0) < end) right += 1;
  const following = chain[right];
  return {
    old: [left?.before ?? 0, following === undefined ? lengths.old : following.before + landmarkLength],
    new: [left?.after ?? 0, following === undefined ? lengths.new : following.after + landmarkLength],
  };
}
