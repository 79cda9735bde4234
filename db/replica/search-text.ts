/**
 * Scripts that are written without spaces between words. The tokenizer would keep a whole sentence of them as one
 * token, so each of their characters is indexed as a word of its own, and a query of several characters is a
 * phrase: a match is exactly an occurrence of the characters side by side. Hangul is among them, because its words
 * carry particles that a reader does not type.
 */
const unspaced =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u30fc]';
const wordCharacter = '[\\p{L}\\p{N}\\p{M}]';
const unspacedPattern = new RegExp(unspaced, 'u');
const betweenWords = new RegExp(
  `(?<=${unspaced})(?=${wordCharacter})|(?<=${wordCharacter})(?=${unspaced})`,
  'gu',
);

/** The ASCII unit separator, which ends a token and never stands in a text that people read. */
const boundary = '\u001f';

/** True where a text has a character of a script without spaces. */
export function hasUnspacedScript(text: string): boolean {
  return unspacedPattern.test(text);
}

/** A text as it is indexed: a boundary beside each character of a script without spaces, NUL as a space. */
export function toIndexed(text: string): string {
  const clean = text.replaceAll('\0', ' ').replaceAll(boundary, ' ');
  return unspacedPattern.test(clean) ? clean.replace(betweenWords, boundary) : clean;
}

/** The text that an indexed text was made from. */
export function fromIndexed(indexed: string): string {
  return indexed.replaceAll(boundary, '');
}
