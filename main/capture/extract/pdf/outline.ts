import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { OutlineEntry, PageSpan } from '../types.ts';
import { wellFormed } from '../well-formed.ts';

const maxEntries = 2000;
const maxLevel = 8;

type OutlineNode = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>[number];

/** The bookmarks of a PDF in their order. A bookmark whose target cannot be found keeps its title. */
export async function pdfOutline(
  document: PDFDocumentProxy,
  pages: readonly PageSpan[],
): Promise<OutlineEntry[]> {
  const roots = await document.getOutline().catch(() => null);
  const entries: OutlineEntry[] = [];
  const open = (roots ?? []).toReversed().map((node) => ({ node, level: 1 }));
  while (open.length > 0 && entries.length < maxEntries) {
    const next = open.pop();
    if (next === undefined) break;
    const title = wellFormed(next.node.title).text.replace(/\s+/g, ' ').trim();
    const page = await pageOf(document, next.node.dest);
    const start = page === null ? null : (pages[page - 1]?.start ?? null);
    if (title !== '') entries.push({ title, level: next.level, page, start });
    if (next.level >= maxLevel) continue;
    for (const node of (next.node.items as OutlineNode[]).toReversed()) {
      open.push({ node, level: next.level + 1 });
    }
  }
  return entries;
}

async function pageOf(document: PDFDocumentProxy, destination: OutlineNode['dest']): Promise<number | null> {
  try {
    const explicit: unknown =
      typeof destination === 'string' ? await document.getDestination(destination) : destination;
    const target: unknown = Array.isArray(explicit) ? explicit[0] : null;
    if (typeof target === 'number') return target + 1;
    if (typeof target !== 'object' || target === null) return null;
    return (await document.getPageIndex(target as Parameters<PDFDocumentProxy['getPageIndex']>[0])) + 1;
  } catch {
    return null;
  }
}
