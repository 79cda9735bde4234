import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type FontSubset, writeOutlines } from './embed-font.ts';

/** The faces of a brief: words that are read, words that are quoted, and everything that tells of them. */
export const faces = {
  text: { family: '@fontsource-variable/source-serif-4', file: 'source-serif-4', style: 'normal' },
  quote: { family: '@fontsource-variable/source-serif-4', file: 'source-serif-4', style: 'italic' },
  label: { family: '@fontsource-variable/ibm-plex-sans', file: 'ibm-plex-sans', style: 'normal' },
} as const;

export type Face = keyof typeof faces;

/** Scripts that a face comes in, each in a file of its own, in the order in which they are asked for a character. */
const scripts = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext'] as const;

/** Characters that only say where a line may break. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/u;

/** Stands in place of a character that no font has. Every face has it. */
const substitute = '\u00a4';

/** What is used of a font that pdfkit has opened. */
interface OpenFont {
  readonly font: { hasGlyphForCodePoint(point: number): boolean };
  readonly subset: FontSubset;
}

/** What is used of a document of pdfkit. */
interface FontHost {
  font(name: string): unknown;
  registerFont(name: string, source: Buffer): unknown;
}

/** Words that one font can set. */
export interface Run {
  readonly font: string;
  readonly text: string;
}

/** The product's own fonts, each read and embedded when a character first needs it. */
export class Fonts {
  readonly #document: FontHost;
  readonly #open = new Map<string, OpenFont>();
  /** Characters that no font has; a sign stands in their place. */
  missing = 0;

  constructor(document: FontHost) {
    this.#document = document;
  }

  /** The text in runs, each with the font that has its characters. Characters that no font has are replaced and counted. */
  runs(text: string, face: Face): Run[] {
    const runs: { font: string; text: string }[] = [];
    for (const character of text) {
      if (invisible.test(character)) continue;
      const last = runs.at(-1);
      // No font draws the break of a line; it goes with the words before it.
      if (last !== undefined && character === '\n') {
        last.text += character;
        continue;
      }
      const font = this.#fontFor(character.codePointAt(0) ?? 0, face);
      const shown = font === null ? substitute : character;
      if (font === null) this.missing += 1;
      const name = font ?? `${face} latin`;
      if (last?.font === name) last.text += shown;
      else runs.push({ font: name, text: shown });
    }
    return runs;
  }

  #fontFor(point: number, face: Face): string | null {
    for (const script of scripts) {
      const name = `${face} ${script}`;
      if (this.#opened(name, face, script).font.hasGlyphForCodePoint(point)) return name;
    }
    return null;
  }

  #opened(name: string, face: Face, script: (typeof scripts)[number]): OpenFont {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { family, file, style } = faces[face];
    const path = `${family}/files/${file}-${script}-wght-${style}.woff2`;
    this.#document.registerFont(name, readFileSync(createRequire(import.meta.url).resolve(path)));
    this.#document.font(name);
    // pdfkit keeps the font that was set last here; its types do not tell.
    const opened = (this.#document as unknown as { readonly _font: OpenFont })._font;
    writeOutlines(opened.subset);
    this.#open.set(name, opened);
    return opened;
  }
}
