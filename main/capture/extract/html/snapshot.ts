import type { DomElement, DomNode } from '../dom.ts';
import { isElement, walk } from '../dom.ts';

/** Elements that a snapshot may hold. None of them runs, loads, submits or changes how the rest is parsed. */
const allowed = new Set(
  (
    'A ABBR ADDRESS ARTICLE ASIDE B BDI BDO BLOCKQUOTE BR CAPTION CITE CODE COL COLGROUP DD DEL DETAILS DFN DIV DL DT EM ' +
    'FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HGROUP HR I IMG INS KBD LI MAIN MARK NAV OL P PRE Q RP RT RUBY S ' +
    'SAMP SECTION SMALL SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TFOOT TH THEAD TIME TR U UL VAR WBR'
  ).split(' '),
);

/** Elements that go with everything in them. Of all others that are not allowed, the inside stays. */
const dropped = new Set(
  (
    'SCRIPT STYLE NOSCRIPT TEMPLATE SVG MATH IFRAME FRAME FRAMESET OBJECT EMBED APPLET CANVAS AUDIO VIDEO SOURCE TRACK ' +
    'HEAD TITLE META LINK BASE FORM INPUT TEXTAREA SELECT BUTTON XMP PLAINTEXT NOEMBED NOFRAMES PORTAL MARQUEE SLOT'
  ).split(' '),
);

const empty = new Set(['BR', 'COL', 'HR', 'IMG', 'WBR']);

const attributes: Readonly<Record<string, readonly string[]>> = {
  A: ['href'],
  IMG: ['src', 'alt', 'width', 'height'],
  TD: ['colspan', 'rowspan', 'headers'],
  TH: ['colspan', 'rowspan', 'scope', 'headers'],
  OL: ['start', 'reversed', 'type'],
  TIME: ['datetime'],
  COL: ['span'],
  COLGROUP: ['span'],
  Q: ['cite'],
  BLOCKQUOTE: ['cite'],
};
const everywhere = ['title', 'lang', 'dir'];

const links = /^(https?:\/\/|mailto:|#)/i;
const pictures = /^data:image\/(png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]*$/i;

const contentPolicy =
  "default-src 'none'; img-src data:; style-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/**
 * A copy of a page that is safe to show: written anew from lists of allowed elements and attributes, with every piece
 * of text escaped, so that nothing of the source's own markup survives to be parsed in another way. Pictures stay
 * where their bytes are in the page itself. The page carries a policy that blocks scripts and network once more.
 */
export function sanitisedSnapshot(root: DomNode, title: string, language: string | null): string {
  const parts: string[] = [];

  function enter(node: DomNode): boolean {
    if (node.nodeType === 3) {
      parts.push(escapeText(node.nodeValue ?? ''));
      return false;
    }
    if (!isElement(node)) return node.nodeType === 9 || node.nodeType === 11;
    const name = node.nodeName.toUpperCase();
    if (dropped.has(name)) return false;
    if (allowed.has(name)) parts.push(`<${name.toLowerCase()}${attributesOf(node, name)}>`);
    return !empty.has(name);
  }

  function leave(node: DomNode): void {
    if (!isElement(node)) return;
    const name = node.nodeName.toUpperCase();
    if (allowed.has(name) && !empty.has(name)) parts.push(`</${name.toLowerCase()}>`);
  }

  walk(root, enter, leave);
  const lang = language === null ? '' : ` lang="${escapeAttribute(language)}"`;
  return (
    `<!doctype html>\n<html${lang}><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">` +
    `<title>${escapeText(title)}</title></head><body>${parts.join('')}</body></html>\n`
  );
}

function attributesOf(element: DomElement, name: string): string {
  let written = '';
  for (const attribute of [...everywhere, ...(attributes[name] ?? [])]) {
    const value = element.getAttribute(attribute);
    if (value === null || !isSafe(attribute, value)) continue;
    written += ` ${attribute}="${escapeAttribute(value)}"`;
  }
  return name === 'A' && written.includes(' href=')
    ? `${written} rel="noopener noreferrer nofollow"`
    : written;
}

function isSafe(attribute: string, value: string): boolean {
  // Browsers ignore control characters and spaces inside a scheme; so does this check.
  const bare = value.replace(/[\p{Cc} ]/gu, '');
  if (attribute === 'href' || attribute === 'cite') return links.test(bare);
  if (attribute === 'src') return pictures.test(bare);
  return true;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
