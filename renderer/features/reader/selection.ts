import type { HostClient } from '../../../preload/contract/contract.ts';
import type { Passage } from './passage.ts';

/** Offset in the extraction's text of a place inside a paragraph that carries its start; null outside of paragraphs. */
function offsetOf(node: Node, at: number): number | null {
  const element = node instanceof Element ? node : node.parentElement;
  const paragraph = element?.closest<HTMLElement>('[data-start]');
  if (paragraph == null) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, at);
  return Number(paragraph.dataset['start']) + before.toString().length;
}

/** The selected passage of a document that is shown as clean text; null where nothing of it is selected. */
export function selectedInText(range: Range): Passage | null {
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start ? null : { start, end };
}

/** A page as the extraction knows it. */
interface PageOfText extends Passage {
  readonly page: number;
}

/**
 * The selected passage of a PDF. The words of its text layer are looked for in what was read from the page; where they stand
 * there several times, the one nearest to the selection's share of the page is meant.
 */
export async function selectedInPdf(
  client: HostClient,
  extractionId: string,
  range: Range,
  pages: readonly PageOfText[],
): Promise<Passage | null> {
  const [first, last] = [pageOf(range.startContainer), pageOf(range.endContainer)];
  const from = pages.find(({ page }) => page === first?.number);
  const to = pages.find(({ page }) => page === last?.number) ?? from;
  if (first === null || from === undefined || to === undefined) return null;
  const { passages } = await client.documents.find({
    extractionId,
    words: range.toString(),
    start: from.start,
    end: to.end,
  });
  const before = document.createRange();
  before.setStart(first.layer, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const length = Math.max(1, first.layer.textContent.length);
  const expected = from.start + (before.toString().length / length) * (from.end - from.start);
  const distance = (passage: Passage): number => Math.abs(passage.start - expected);
  return [...passages].sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

function pageOf(node: Node): { readonly number: number; readonly layer: HTMLElement } | null {
  const element = node instanceof Element ? node : node.parentElement;
  const layer = element?.closest<HTMLElement>('[data-page]');
  return layer == null ? null : { number: Number(layer.dataset['page']), layer };
}
