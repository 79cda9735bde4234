import { createHash } from 'node:crypto';
import { wordsOf } from './words.ts';

/** Numbers in a signature; bands of `rowsInBand` of them are what near-duplicates are looked up by. */
export const signatureSize = 64;
export const rowsInBand = 4;

/** Words in a shingle. */
const shingleWords = 5;

/** Texts with fewer words resemble each other by chance. */
const leastWords = 24;

/** Estimated Jaccard similarity of two texts' shingles from which they count as near-duplicates. */
export const nearDuplicateSimilarity = 0.8;

export interface TextSignature {
  /** SHA-256 of the words in lower case with single spaces: the same text in other bytes or other white space. */
  readonly normalisedHash: string;
  /** MinHash over shingles of five words (Broder 1997); null for short texts. */
  readonly minHash: Uint32Array | null;
}

export function textSignature(text: string): TextSignature {
  const words = wordsOf(text.normalize('NFKC'));
  const normalisedHash = createHash('sha256').update(words.join(' '), 'utf8').digest('hex');
  return { normalisedHash, minHash: words.length < leastWords ? null : minHash(words) };
}

/** Share of equal positions: an unbiased estimate of the Jaccard similarity, with an error of about 1/8 at 64 numbers. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let at = 0; at < signatureSize; at += 1) {
    if (a[at] === b[at]) equal += 1;
  }
  return equal / signatureSize;
}

/** Keys of the bands of a signature: two texts that share one are worth comparing. Safe integers. */
export function bandKeys(signature: Uint32Array): number[] {
  const keys: number[] = [];
  for (let from = 0; from < signatureSize; from += rowsInBand) {
    let key = 0x811c9dc5 ^ from;
    for (let at = from; at < from + rowsInBand; at += 1) {
      key = Math.imul(key ^ (signature[at] ?? 0), 0x01000193);
      key ^= key >>> 15;
    }
    keys.push((from / rowsInBand) * 2 ** 32 + (key >>> 0));
  }
  return keys;
}

/** Odd multipliers and addends of the hash family, from a fixed linear congruential sequence. */
const family = Uint32Array.from({ length: signatureSize * 2 }, (_, index) => {
  let state = (index + 1) * 0x9e3779b9;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0) | (index % 2 === 0 ? 1 : 0);
});

function minHash(words: readonly string[]): Uint32Array {
  const hashes = words.map(wordHash);
  const signature = new Uint32Array(signatureSize).fill(0xffffffff);
  for (let at = 0; at + shingleWords <= hashes.length; at += 1) {
    let shingle = 0;
    for (let word = at; word < at + shingleWords; word += 1) {
      shingle = Math.imul(shingle ^ (hashes[word] ?? 0), 0x5bd1e995);
      shingle ^= shingle >>> 13;
    }
    for (let row = 0; row < signatureSize; row += 1) {
      const value = (Math.imul(shingle, family[row * 2] ?? 1) + (family[row * 2 + 1] ?? 0)) >>> 0;
      const mixed = (value ^ (value >>> 16)) >>> 0;
      if (mixed < (signature[row] ?? 0)) signature[row] = mixed;
    }
  }
  return signature;
}

/** FNV-1a. */
function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
