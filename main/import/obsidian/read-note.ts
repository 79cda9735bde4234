import { parse, YAMLParseError } from 'yaml';
import type { Id } from '../../../db/catalogue/rows.ts';
import { blockText, plainLines, unescapeMarkdown } from '../../export/obsidian/note-text.ts';

/** A document that a claim's note lists under one of its stances. */
export interface NoteLink {
  /** What the wiki link names: the stem of another note's file. */
  readonly target: string;
  readonly stance: 'supports' | 'contradicts';
  /** The words of its block quote; null where it has none. */
  readonly quote: string | null;
  readonly note: string | undefined;
  /** The link that it was exported as, with digests of its quote and its note; undefined for one that a person wrote. */
  readonly exported: { readonly id: Id; readonly quote: string; readonly note: string } | undefined;
}

/** A note as it is read: properties, blocks of words by name, what a claim rests on. */
export interface Note {
  readonly path: string;
  /** The file's name without its ending. */
  readonly stem: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly blocks: ReadonlyMap<string, string>;
  readonly heading: string | null;
  /** Words between the heading and the next one, outside of blocks. */
  readonly prose: string;
  readonly links: readonly NoteLink[];
}

/** A note that cannot be understood, and why in a sentence. */
export class UnreadableNote extends Error {
  override readonly name = 'UnreadableNote';
}

const front = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/;

/** Reads one note. Throws `UnreadableNote` where its properties are no YAML. */
export function readNote(path: string, text: string): Note {
  const whole = plainLines(text).replace(/^\uFEFF/, '');
  const [matter = '', yaml = ''] = front.exec(whole) ?? [];
  const reader = new BodyReader(whole.slice(matter.length).split('\n'));
  const stem = (path.split(/[\\/]/).at(-1) ?? path).replace(/\.md$/i, '');
  return { path, stem, properties: propertiesIn(yaml), ...reader.read() };
}

function propertiesIn(yaml: string): Record<string, unknown> {
  try {
    const value: unknown = yaml.trim() === '' ? {} : parse(yaml, { schema: 'core', maxAliasCount: 0 });
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
  }
  throw new UnreadableNote('Its properties are no YAML.');
}

interface OpenLink {
  target: string;
  stance: NoteLink['stance'];
  exported: NoteLink['exported'];
  quote: string[];
  note: string | undefined;
}

const marker = /^( *)%% ([a-z]+) %%\s*$/;
const item = /^[-*] .*?\[\[([^\]|#^]+)[^\]]*\]\]/;
const exportedAs = /%% link ([0-9a-f-]{36}) ([0-9a-f]{12}) ([0-9a-f]{12}) %%/;

class BodyReader {
  readonly #lines: readonly string[];
  readonly #blocks = new Map<string, string>();
  readonly #links: OpenLink[] = [];
  readonly #prose: string[] = [];
  #at = 0;
  #heading: string | null = null;
  #stance: NoteLink['stance'] | null = null;
  #sections = 0;
  #link: OpenLink | null = null;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): Pick<Note, 'blocks' | 'heading' | 'prose' | 'links'> {
    for (; this.#at < this.#lines.length; this.#at += 1) this.#line(this.#lines[this.#at] ?? '');
    return {
      blocks: this.#blocks,
      heading: this.#heading,
      prose: this.#prose.join('\n').trim(),
      links: this.#links.map(({ quote, ...link }) => ({
        ...link,
        quote: quote.length === 0 ? null : quote.join('\n'),
      })),
    };
  }

  #line(line: string): void {
    const [, indent = '', name] = marker.exec(line) ?? [];
    if (name !== undefined && this.#takeBlock(indent, name)) return;
    const [, level, title] = /^(#{1,6})\s+([^\n]*)$/.exec(line) ?? [];
    if (level !== undefined && title !== undefined) {
      this.#section(level.length, title.trim());
      return;
    }
    const [, target] = item.exec(line) ?? [];
    if (this.#stance !== null && target !== undefined) {
      this.#open(line, target.trim(), this.#stance);
      return;
    }
    const [, words] = /^\s*> ?([^\n]*)$/.exec(line) ?? [];
    if (this.#link !== null && words !== undefined) this.#link.quote.push(unescapeMarkdown(words));
    else if (this.#sections === 0) this.#prose.push(line);
  }

  /** Takes the lines up to the block's end. False where it has none: then its marker is a comment like any other. */
  #takeBlock(indent: string, name: string): boolean {
    const end = `${indent}%% end ${name} %%`;
    const closed = this.#lines.findIndex((line, at) => at > this.#at && line.trimEnd() === end);
    if (closed < 0) return false;
    const text = blockText(this.#lines.slice(this.#at + 1, closed), indent);
    if (this.#link !== null && name === 'note') this.#link.note = text;
    else if (!this.#blocks.has(name)) this.#blocks.set(name, text);
    this.#at = closed;
    return true;
  }

  #section(level: number, title: string): void {
    if (level === 1 && this.#heading === null) {
      this.#heading = unescapeMarkdown(title);
      return;
    }
    const name = title.toLowerCase();
    this.#sections += 1;
    this.#link = null;
    this.#stance = name === 'supports' ? 'supports' : name === 'contradicts' ? 'contradicts' : null;
  }

  #open(line: string, target: string, stance: NoteLink['stance']): void {
    const [, id, quote, note] = exportedAs.exec(line) ?? [];
    this.#link = {
      target,
      stance,
      exported:
        id === undefined || quote === undefined || note === undefined ? undefined : { id, quote, note },
      quote: [],
      note: undefined,
    };
    this.#links.push(this.#link);
  }
}
