import Papa from 'papaparse';

/** The format of text, told from what stands in it. */
export type TextFormat = 'html' | 'markdown' | 'text' | 'csv' | 'tsv' | 'eml' | 'svg';

/** Characters that are looked at. */
const sampleLength = 32 * 1024;

/**
 * Tells marked-up text from plain text. The extension of the name only lowers the bar for Markdown and tables, which
 * plain text can resemble; it never overrules a header, a tag or a row.
 */
export function detectTextFormat(text: string, name: string): TextFormat {
  const sample = text.slice(0, sampleLength);
  const start = sample.trimStart();
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (isMail(start)) return 'eml';
  const markup = markupOf(start);
  if (markup !== null) return markup;
  const separator = tableSeparator(sample, extension, text.length > sampleLength);
  if (separator !== null) return separator === '\t' ? 'tsv' : 'csv';
  return isMarkdown(sample, extension) ? 'markdown' : 'text';
}

const mailHeaders =
  /^(received|return-path|from|to|cc|subject|date|message-id|mime-version|content-type|delivered-to|reply-to|dkim-signature|x-[a-z-]+)$/i;

/** A mail starts with header lines, at least two known ones with a sender among them, and an empty line after them. */
function isMail(start: string): boolean {
  const end = start.search(/\r?\n\r?\n/);
  const head = end === -1 ? start : start.slice(0, end);
  const names = new Set<string>();
  for (const line of head.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && names.size > 0) continue;
    const field = /^([A-Za-z][A-Za-z0-9-]{0,60}):/.exec(line)?.[1];
    if (field === undefined) return false;
    if (mailHeaders.test(field)) names.add(field.toLowerCase());
  }
  const hasOrigin = names.has('from') || names.has('received') || names.has('return-path');
  return hasOrigin && names.size >= 3;
}

function markupOf(start: string): 'html' | 'svg' | null {
  const body = start.replace(/^(<\?xml[^>]*>|<!--[\s\S]*?-->|\s)+/i, '').slice(0, 4096);
  if (/^(<!doctype\s+svg|<svg[\s>])/i.test(body)) return 'svg';
  if (/^<(!doctype\s+html|html|head|body)[\s>]/i.test(body)) return 'html';
  const startsWithElement = /^<(article|main|section|div|p|h1|h2|table|title|meta|link|script|style)[\s>]/i;
  return startsWithElement.test(body) && /<\/(p|div|article|h[1-6]|table|title|section|main)>/i.test(start)
    ? 'html'
    : null;
}

/** Rows of a table have the same number of cells, two or more; prose with commas does not. */
function tableSeparator(sample: string, extension: string, cut: boolean): string | null {
  const named = extension === 'csv' || extension === 'tsv' || extension === 'tab';
  for (const delimiter of [',', ';', '\t', '|']) {
    const parsed = Papa.parse<string[]>(sample, { delimiter, preview: 200, skipEmptyLines: true });
    const rows = cut && parsed.data.length < 200 ? parsed.data.slice(0, -1) : parsed.data;
    const width = rows[0]?.length ?? 0;
    if (width < 2 || rows.length < (named ? 1 : 3)) continue;
    const even = rows.filter((row) => row.length === width).length;
    if (even < rows.length * (named ? 0.8 : 0.98)) continue;
    // Sentences that each hold one comma make even rows too; cells are short, sentences are not.
    const longest = rows.flat().reduce((length, cell) => Math.max(length, cell.length), 0);
    if (!named && (delimiter === '|' || longest > 120 || (width === 2 && longest > 60))) continue;
    return delimiter;
  }
  return null;
}

const strongSigns = [/^#{1,6} \S/m, /\[[^\]\n]+\]\([^)\s]+\)/, /^(```|~~~)/m, /^\|.+\|\s*\n\|[ :|-]+\|/m];
const weakSigns = [
  /^[-*+] \S/m,
  /^\d+\. \S/m,
  /\*\*[^*\n]+\*\*/,
  /^> \S/m,
  /`[^`\n]+`/,
  /^(={3,}|-{3,})\s*$/m,
];

function isMarkdown(sample: string, extension: string): boolean {
  if (extension === 'md' || extension === 'markdown' || extension === 'mdown') return true;
  if (/^---\r?\n[\s\S]{0,4000}?\n---\r?\n/.test(sample) && /^[\w-]+:/m.test(sample)) return true;
  const strong = strongSigns.filter((sign) => sign.test(sample)).length;
  const weak = weakSigns.filter((sign) => sign.test(sample)).length;
  return strong >= 2 || (strong === 1 && weak >= 1);
}
