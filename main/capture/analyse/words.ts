/**
 * What counts as a word: a run of letters, digits and marks, with apostrophes and hyphens inside; in Han, kana, Thai
 * and other scripts that put no spaces, each character, as word processors count them.
 */
const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}_]+(?:['’.-][\p{L}\p{N}\p{M}_]+)*/gu;

/** Letters of the Latin block, for which a cheap scan gives the same count. */
const plain = /^\p{ASCII}*$/u;

export function countWords(text: string): number {
  return plain.test(text) ? countPlainWords(text) : (text.match(wordPattern)?.length ?? 0);
}

/** The words in lower case, in their order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}

function isWordUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95
  );
}

function countPlainWords(text: string): number {
  let count = 0;
  let inside = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isWordUnit(unit)) {
      if (!inside) count += 1;
      inside = true;
    } else if (inside) {
      const joins = unit === 39 || unit === 45 || unit === 46;
      inside = joins && isWordUnit(text.charCodeAt(at + 1));
    }
  }
  return count;
}
