import { normaliseLineEnds } from '../well-formed.ts';
import type { Line } from './lines.ts';

export interface PageText {
  readonly text: string;
  /** Six numbers for each line: start, end (in `text`), x, y, width, height. */
  readonly lines: readonly number[];
}

/** A gap between lines, in line heights, from which a new paragraph begins. */
const paragraphGap = 0.9;

/** A line that ends this share of the block's width before its right edge ends on purpose. */
const shortLineShare = 0.18;

const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。、；：？！「」『』（）]/u;

/**
 * The text of a page from its lines. Lines of one paragraph are joined as they were before they were set: words that
 * a hyphen divides come together again, CJK lines meet without a space. Lines that end early stay lines.
 */
export function pageText(lines: readonly Line[]): PageText {
  const blocks = blocksOf(lines);
  let text = '';
  const geometry: number[] = [];
  for (const block of blocks) {
    if (text !== '') text += '\n\n';
    const left = Math.min(...block.map((line) => line.x));
    const right = Math.max(...block.map((line) => line.x + line.width));
    block.forEach((line, index) => {
      const next = block[index + 1];
      const words = normaliseLineEnds(line.text).replaceAll('\n', ' ');
      const wraps = next !== undefined && line.x + line.width >= right - (right - left) * shortLineShare;
      const start = text.length;
      const divided = wraps && isDivided(words, next.text);
      text += divided ? words.slice(0, -1) : words;
      geometry.push(start, text.length, ...[line.x, line.y, line.width, line.height].map(rounded));
      if (next !== undefined && !divided) text += joint(words, next.text, wraps);
    });
  }
  return { text, lines: geometry };
}

function rounded(points: number): number {
  return Math.round(points * 10) / 10;
}

function joint(before: string, after: string, wraps: boolean): string {
  if (!wraps) return '\n';
  return cjk.test(before.at(-1) ?? '') && cjk.test(after.at(0) ?? '') ? '' : ' ';
}

function isDivided(before: string, after: string): boolean {
  return before.endsWith('\u00ad') || (/\p{Ll}[-\u2010]$/u.test(before) && /^\p{Ll}/u.test(after));
}

/** Lines that follow each other downwards without a wide gap and in letters of about one size. */
function blocksOf(lines: readonly Line[]): Line[][] {
  const blocks: Line[][] = [];
  for (const line of lines) {
    const block = blocks.at(-1);
    const before = block?.at(-1);
    if (block === undefined || before === undefined || !follows(before, line)) blocks.push([line]);
    else block.push(line);
  }
  return blocks;
}

function follows(before: Line, line: Line): boolean {
  const height = Math.min(before.height, line.height);
  const gap = line.y - (before.y + before.height);
  const sameSize = Math.abs(before.height - line.height) <= Math.max(before.height, line.height) * 0.25;
  const below = line.y > before.y - height * 0.5;
  const overlaps = line.x < before.x + before.width && before.x < line.x + line.width;
  return sameSize && below && overlaps && gap <= height * paragraphGap;
}
