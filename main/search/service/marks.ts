import { markEnd, markStart } from '../../../db/replica/search-highlighter.ts';
import { fromIndexed } from '../../../db/replica/search-text.ts';

/** A text with the places in it that matched, UTF-16 offsets. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly { readonly start: number; readonly end: number; readonly by: 'words' }[];
}

const markPattern = new RegExp(`[${markStart}${markEnd}]`);
const shortLength = 280;

/** Takes the marks out of an FTS5 snippet or highlight, and the index's own separators. */
export function readMarks(marked: string): MarkedText {
  const marks: { start: number; end: number; by: 'words' }[] = [];
  let text = '';
  let inside = false;
  let rest = fromIndexed(marked);
  for (let at = rest.search(markPattern); at >= 0; at = rest.search(markPattern)) {
    text += rest.slice(0, at);
    const opens = rest[at] === markStart;
    if (opens && !inside) marks.push({ start: text.length, end: text.length, by: 'words' });
    if (!opens) {
      const last = marks.pop();
      if (last !== undefined) marks.push({ ...last, end: text.length });
    }
    inside = opens;
    rest = rest.slice(at + 1);
  }
  return { text: text + rest, marks: marks.filter((mark) => mark.end > mark.start) };
}

/** The beginning of a passage, cut between words, for one that was found by its meaning alone. */
export function beginningOf(body: string): string {
  const text = fromIndexed(body).trim();
  if (text.length <= shortLength) return text;
  const space = text.lastIndexOf(' ', shortLength);
  const end = space > shortLength / 2 ? space : shortLength;
  return `${text.slice(0, end).replace(/[\ud800-\udbff]$/, '')}…`;
}
