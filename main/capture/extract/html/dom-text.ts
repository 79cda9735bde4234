import type { DomElement, DomNode } from '../dom.ts';
import { isElement, walk } from '../dom.ts';
import { TextWriter } from '../text-writer.ts';
import type { OutlineEntry } from '../types.ts';

export interface DomText {
  readonly text: string;
  readonly outline: readonly OutlineEntry[];
}

const skipped = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE SVG MATH IFRAME OBJECT EMBED CANVAS SELECT TEXTAREA BUTTON INPUT HEAD AUDIO VIDEO'.split(
    ' ',
  ),
);

const paragraphs = new Set(
  'P H1 H2 H3 H4 H5 H6 UL OL DL TABLE PRE BLOCKQUOTE ARTICLE SECTION MAIN ASIDE HEADER FOOTER NAV FIGURE FORM FIELDSET HR DETAILS'.split(
    ' ',
  ),
);

const lines = new Set('DIV LI TR DT DD FIGCAPTION CAPTION SUMMARY ADDRESS OPTION LEGEND'.split(' '));

/** The words of a tree as people read them: paragraphs, list items and rows on lines of their own, headings noted. */
export function domText(root: DomNode): DomText {
  const writer = new TextWriter();
  const outline: { title: string; level: number; page: null; start: number }[] = [];
  const counters: number[] = [];
  let verbatim = 0;

  function enter(node: DomNode): boolean {
    if (node.nodeType === 3) {
      const value = node.nodeValue ?? '';
      if (verbatim > 0) writer.verbatim(value.replace(/\n$/, ''));
      else writer.inline(value);
      return false;
    }
    if (!isElement(node)) return node.nodeType === 9 || node.nodeType === 11;
    const name = node.nodeName.toUpperCase();
    if (skipped.has(name) || node.hasAttribute('hidden')) return false;
    open(node, name);
    return true;
  }

  function open(element: DomElement, name: string): void {
    if (name === 'BR') writer.gap('\n');
    else if (name === 'TD' || name === 'TH') writer.gap('\t');
    else if (paragraphs.has(name)) writer.gap(counters.length > 0 && name !== 'PRE' ? '\n' : '\n\n');
    else if (lines.has(name)) writer.gap('\n');
    const level = /^H([1-6])$/.exec(name)?.[1];
    if (level !== undefined) {
      const title = (element.textContent ?? '').replace(/\s+/g, ' ').trim();
      if (title !== '') outline.push({ title, level: Number(level), page: null, start: writer.position });
    }
    if (name === 'PRE') verbatim += 1;
    if (name === 'UL') counters.push(-1);
    if (name === 'OL') counters.push(0);
    if (name === 'LI' && counters.length > 0) openItem();
  }

  function openItem(): void {
    const count = counters.at(-1) ?? -1;
    if (count >= 0) counters[counters.length - 1] = count + 1;
    writer.inline(count >= 0 ? `${count + 1}. ` : '- ');
  }

  function leave(node: DomNode): void {
    if (!isElement(node)) return;
    const name = node.nodeName.toUpperCase();
    if (skipped.has(name) || node.hasAttribute('hidden')) return;
    if (name === 'PRE') verbatim -= 1;
    if (name === 'UL' || name === 'OL') counters.pop();
    if (paragraphs.has(name)) writer.gap(counters.length > 0 ? '\n' : '\n\n');
    else if (lines.has(name)) writer.gap('\n');
  }

  walk(root, enter, leave);
  return { text: writer.toString(), outline };
}
