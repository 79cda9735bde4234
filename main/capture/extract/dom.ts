import { DOMParser } from 'linkedom';
import { ExtractionError } from './types.ts';

/** The part of the DOM that extraction uses, named here because this runtime has no DOM types. */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly parentNode: DomNode | null;
  readonly textContent: string | null;
}

export interface DomElement extends DomNode {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
}

export interface DomDocument extends DomElement {
  readonly documentElement: DomElement;
  readonly body: DomElement | null;
}

/** Elements inside elements beyond which a page is an attack: selectors and the article finder take quadratic time. */
const maxNesting = 2000;

/** Elements that are closed only by their own end tag, so that counting their tags tells how deep they stand. */
const nestingTags =
  /<(\/?)(?:div|span|section|article|blockquote|table|ul|ol|dl|b|i|u|em|strong|font|center|a|small|big|main|aside|nav|svg|math|g|details|figure)\b/gi;

function refuseDeepNesting(html: string): void {
  let depth = 0;
  for (const [, closing] of html.matchAll(nestingTags)) {
    depth = closing === '/' ? Math.max(0, depth - 1) : depth + 1;
    if (depth > maxNesting) throw new ExtractionError('document-nested-too-deep');
  }
}

/** Parses HTML without running or loading anything. Throws `document-nested-too-deep`. */
export function parseHtml(html: string): DomDocument {
  refuseDeepNesting(html);
  const complete = /<(html|body)[\s>]/i.test(html)
    ? html
    : `<!doctype html><html><body>${html}</body></html>`;
  return new DOMParser().parseFromString(complete, 'text/html') as unknown as DomDocument;
}

/** Parses XML of an office file's parts. Entities beyond the five of XML stay as they stand. */
export function parseXml(xml: string): DomDocument {
  return new DOMParser().parseFromString(xml, 'text/xml') as unknown as DomDocument;
}

export function isElement(node: DomNode): node is DomElement {
  return node.nodeType === 1;
}

/**
 * Walks a tree without recursion, so that depth cannot exhaust the stack. `enter` answers false to skip what is inside;
 * `leave` is called for every node that was entered.
 */
export function walk(root: DomNode, enter: (node: DomNode) => boolean, leave: (node: DomNode) => void): void {
  let node: DomNode | null = root;
  while (node !== null) {
    const inside: DomNode | null = enter(node) ? node.firstChild : null;
    if (inside !== null) {
      node = inside;
      continue;
    }
    while (node !== null) {
      leave(node);
      if (node === root) return;
      if (node.nextSibling !== null) {
        node = node.nextSibling;
        break;
      }
      node = node.parentNode;
    }
  }
}
