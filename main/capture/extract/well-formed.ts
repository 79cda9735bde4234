import type { Remark } from './types.ts';

export interface WellFormedText {
  readonly text: string;
  readonly warnings: readonly Remark[];
}

/** Control characters but tab and line feed. */
const controls = /(?![\t\n])\p{Cc}/gu;

/** Line ends as line feeds, form feeds and vertical tabs as paragraph ends. Changes lengths, so it comes before offsets. */
export function normaliseLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\f\v\u2028\u2029]/g, '\n');
}

/**
 * Text that every store accepts: NUL and lone surrogates become U+FFFD, other control characters a space. Keeps every
 * offset, and counts what it replaced.
 */
export function wellFormed(text: string): WellFormedText {
  const warnings: Remark[] = [];
  const nuls = text.split('\0').length - 1;
  if (nuls > 0) warnings.push({ code: 'nul-replaced', parameters: { count: nuls } });
  if (!text.isWellFormed()) {
    const count = countLoneSurrogates(text);
    warnings.push({ code: 'surrogates-replaced', parameters: { count } });
  }
  return { text: text.toWellFormed().replaceAll('\0', '\ufffd').replace(controls, ' '), warnings };
}

function countLoneSurrogates(text: string): number {
  const repaired = text.toWellFormed();
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) !== repaired.charCodeAt(at)) count += 1;
  }
  return count;
}
