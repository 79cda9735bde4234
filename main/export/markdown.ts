/** Words on one line of Markdown: nothing in them is read as markup. */
export function inline(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line
    .replaceAll(/([\\`*_[\]<>#|~])/g, '\\$1')
    .replace(/^([-+])(?=\s)/u, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s)/u, '$1\\$2');
}

/** Words as a block quote, paragraph for paragraph. */
export function blockQuote(text: string): string[] {
  return paragraphs(text).flatMap((paragraph, index) => [
    ...(index === 0 ? [] : ['>']),
    `> ${inline(paragraph)}`,
  ]);
}

/** Words as paragraphs. */
export function paragraphLines(text: string): string[] {
  return paragraphs(text).flatMap((paragraph, index) => [...(index === 0 ? [] : ['']), inline(paragraph)]);
}

function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/u).filter((paragraph) => paragraph.trim() !== '');
}
