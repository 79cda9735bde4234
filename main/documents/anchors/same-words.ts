import { foldedUnit, unitLength } from './fold.ts';

type Token =
  { readonly kind: 'unit'; readonly text: string } | { readonly kind: 'space' | 'hyphen' | 'broken' };

const white = /\s/u;
const hyphen = /[-\u2010\u2011\u00ad]/u;
const wordUnit = /[\p{L}\p{N}]/u;
const digit = /\p{N}/u;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Whether two passages have the same words. They may differ in the width and kind of white space, in a word that one breaks
 * with a hyphen at the end of a line, in white space beside punctuation, and between characters of scripts without spaces.
 * "re-sign" and "resign" are different words, and so are "3. 5" and "3.5".
 */
export function haveSameWords(a: string, b: string): boolean {
  const left = tokensOf(a);
  const right = tokensOf(b);
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const l = left[i];
    const r = right[j];
    if (l !== undefined && r !== undefined && isSame(l, r)) {
      i += 1;
      j += 1;
    } else if (l?.kind === 'broken' || (l?.kind === 'space' && mayVanish(left, i))) i += 1;
    else if (r?.kind === 'broken' || (r?.kind === 'space' && mayVanish(right, j))) j += 1;
    else return false;
  }
  return true;
}

function isSame(l: Token, r: Token): boolean {
  if (l.kind === 'unit' && r.kind === 'unit') return l.text === r.text;
  if (l.kind === r.kind) return true;
  // A word that has a hyphen of its own may be broken there: the hyphen then ends a line on one side only.
  return (l.kind === 'broken' && r.kind === 'hyphen') || (l.kind === 'hyphen' && r.kind === 'broken');
}

/** White space says nothing at the ends, beside punctuation that stands between no two numbers, and in scripts without it. */
function mayVanish(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (before?.kind !== 'unit' || after?.kind !== 'unit') return true;
  if (unspaced.test(before.text) && unspaced.test(after.text)) return true;
  if (wordUnit.test(before.text) && wordUnit.test(after.text)) return false;
  return !(digit.test(nearestWord(tokens, at, -1)) && digit.test(nearestWord(tokens, at, 1)));
}

function nearestWord(tokens: readonly Token[], at: number, step: 1 | -1): string {
  for (let each = at + step; ; each += step) {
    const token = tokens[each];
    if (token?.kind !== 'unit') return '';
    if (wordUnit.test(token.text)) return token.text;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + unitLength(text, at);
    const unit = text.slice(at, end);
    at = end;
    if (white.test(unit)) {
      at = afterSpace(text, at).end;
      tokens.push({ kind: 'space' });
    } else if (hyphen.test(unit)) {
      const space = afterSpace(text, at);
      if (space.hasLineEnd) {
        at = space.end;
        tokens.push({ kind: 'broken' });
      } else if (unit !== '\u00ad') tokens.push({ kind: 'hyphen' });
    } else {
      const folded = foldedUnit(unit);
      for (const part of folded) tokens.push({ kind: 'unit', text: part });
    }
  }
  return tokens;
}

function afterSpace(text: string, from: number): { end: number; hasLineEnd: boolean } {
  let end = from;
  let hasLineEnd = false;
  while (end < text.length && white.test(text.charAt(end))) {
    hasLineEnd ||= /[\n\r\f\u2028\u2029]/u.test(text.charAt(end));
    end += 1;
  }
  return { end, hasLineEnd };
}
