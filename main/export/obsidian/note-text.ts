import { createHash } from 'node:crypto';
import type { Json } from '../../../db/catalogue/types.ts';

/**
 * The pieces that a note is made of, and their ways back. Words that a person may edit stand between two comments, exactly as they
 * are; words of sources are escaped, so that nothing in them becomes a link, an embedded picture or a comment.
 */

/** Line ends of one kind: what a text editor may change without an edit. */
export function plainLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** By what a value in a note is known to be as it was exported. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(plainLines(text)).digest('hex').slice(0, 12);
}

/** By what each tag in a note is known to be one that was exported: digests with spaces between them. */
export function digestsOfTags(tags: readonly string[]): string {
  return tags.map(digestOfText).join(' ');
}

/** Words without regard to their white space, as quotes are compared. */
export function collapsed(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

/** YAML front matter. JSON's strings are YAML's double-quoted strings once line separators of Unicode are escaped. */
export function frontMatter(
  properties: readonly (readonly [name: string, value: Json | undefined])[],
): string {
  const lines = properties.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`${name}: ${yamlValue(value)}`],
  );
  return `---\n${lines.join('\n')}\n---\n`;
}

function yamlValue(value: Json): string {
  return JSON.stringify(value).replaceAll(
    // Control characters and separators that YAML takes for line ends, or forbids.
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Words that a person may edit, between two comments of their name. A line that looks like one is moved behind a backslash. */
export function block(name: string, text: string, indent = ''): string {
  const lines = plainLines(text)
    .split('\n')
    .map((line) => (/^\\*%% /.test(line) ? `\\${line}` : line));
  return [`%% ${name} %%`, ...lines, `%% end ${name} %%`]
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');
}

/** The words of a block's lines, as `block` was given them. */
export function blockText(lines: readonly string[], indent: string): string {
  return lines
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .map((line) => (/^\\+%% /.test(line) ? line.slice(1) : line))
    .join('\n');
}

/** Words of a source as Markdown that shows just them. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|!~$%^=&]/g, String.raw`\$&`);
}

/** `escapeMarkdown` back; a person's own words may be written without backslashes. */
export function unescapeMarkdown(text: string): string {
  return text.replaceAll(/\\([\\`*_[\]<>#|!~$%^=&])/g, '$1');
}

/** A block quote of a source's words. */
export function quoteLines(text: string, indent: string): string {
  return plainLines(text)
    .split('\n')
    .map((line) => `${indent}> ${escapeMarkdown(line)}`)
    .join('\n');
}

/** A link to another note of the folder. */
export function wikiLink(stem: string, words: string): string {
  const shown = collapsed(words.replaceAll(/[[\]|#^\\%]/g, ' '))
    .slice(0, 120)
    .toWellFormed();
  return shown === '' ? `[[${stem}]]` : `[[${stem}|${shown}]]`;
}
