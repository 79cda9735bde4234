import {
  decodeCarried,
  encodeCarried,
  type Entry,
  type EntryProblem,
  type ReadEntries,
  wordsOf,
} from './entry.ts';

/** Name of the field for what BibTeX cannot say. Styles ignore fields that they do not know. */
const carriedField = 'x-workbench-csl';

/** The abbreviations of months that every style defines. */
export const months: readonly string[] = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

/** An entry that does not follow the grammar. */
class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * Reads a BibTeX or BibLaTeX file. Values stay as LaTeX writes them, without their delimiters; abbreviations of `@string` are written
 * out. What cannot be read is passed over and named; the entries after it are read.
 */
export function readBibtex(text: string): ReadEntries {
  const strings = new Map<string, string>();
  const entries: Entry[] = [];
  const problems: EntryProblem[] = [];
  const opening = /@\s*([A-Za-z][\w:.+-]*)\s*([{(])/y;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at)) {
    opening.lastIndex = at;
    const [whole, type = '', bracket] = opening.exec(text) ?? [];
    if (whole === undefined) {
      at += 1;
      continue;
    }
    const start = at + whole.length;
    const close = bracket === '(' ? ')' : '}';
    const read = readBlock(type, () => new BibtexReader(text, start, close, strings, true));
    // BibTeX counts every brace; some programs write files that hold only if those after a backslash are not counted.
    const block =
      read instanceof Malformed
        ? readBlock(type, () => new BibtexReader(text, start, close, strings, false))
        : read;
    if (block instanceof Malformed) {
      problems.push({ line: lineAt(text, at), sentence: block.message });
      const next = text.slice(at + 1).search(/\n[ \t]*@/);
      at = next < 0 ? text.length : at + 1 + next;
    } else {
      if (block.entry !== null) entries.push(block.entry);
      at = block.end;
    }
  }
  return { entries, problems };
}

function readBlock(
  type: string,
  open: () => BibtexReader,
): { readonly entry: Entry | null; readonly end: number } | Malformed {
  const reader = open();
  try {
    const entry = reader.block(type);
    return { entry, end: reader.at };
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

class BibtexReader {
  at: number;
  readonly #text: string;
  readonly #close: string;
  readonly #strings: Map<string, string>;
  readonly #countsEscaped: boolean;

  constructor(text: string, at: number, close: string, strings: Map<string, string>, countsEscaped: boolean) {
    this.at = at;
    this.#text = text;
    this.#close = close;
    this.#strings = strings;
    this.#countsEscaped = countsEscaped;
  }

  /** The block whose opening bracket was just read; null where it is no entry. */
  block(type: string): Entry | null {
    const kind = type.toLowerCase();
    if (kind === 'comment' || kind === 'preamble') {
      this.#untilClosed();
      return null;
    }
    if (kind === 'string') {
      for (const [name, value] of this.#fields()) this.#strings.set(name.toLowerCase(), value);
      return null;
    }
    const key = this.#take(/\s*([^,\s{}()="]*)\s*/y, 'The key of an entry is not closed by a comma.');
    const fields = this.#fields();
    const carried = fields.find(([name]) => name.toLowerCase() === carriedField);
    return {
      type,
      key: key === '' ? null : key,
      fields: fields.filter((field) => field !== carried),
      carried: (carried === undefined ? undefined : decodeCarried(carried[1])) ?? {},
    };
  }

  #fields(): [string, string][] {
    const fields: [string, string][] = [];
    for (;;) {
      this.#take(/(?:[\s,]|%[^\n]*\n)*/y, '');
      if (this.#text.charAt(this.at) === this.#close) {
        this.at += 1;
        return fields;
      }
      const name = this.#take(/([^\s=,{}()"#%]+)\s*=/y, 'A field has no name followed by an equals sign.');
      fields.push([name, this.#value()]);
    }
  }

  #value(): string {
    const parts: string[] = [];
    do {
      this.#take(/\s*/y, '');
      const character = this.#text.charAt(this.at);
      if (character === '{') parts.push(this.#braced());
      else if (character === '"') parts.push(this.#quoted());
      else {
        const word = this.#take(/([^\s,{}()"#%=]+)/y, 'A field has no value.');
        parts.push(this.#strings.get(word.toLowerCase()) ?? word);
      }
      this.#take(/\s*/y, '');
    } while (this.#skips('#'));
    return balanced(parts.join(''));
  }

  #skips(character: string): boolean {
    if (this.#text.charAt(this.at) !== character) return false;
    this.at += 1;
    return true;
  }

  #take(pattern: RegExp, complaint: string): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new Malformed(complaint);
    this.at = pattern.lastIndex;
    return found[1] ?? '';
  }

  #braced(): string {
    const end = closingBrace(this.#text, this.at, this.#countsEscaped);
    if (end === undefined) throw new Malformed('A brace is never closed.');
    const value = this.#text.slice(this.at + 1, end);
    this.at = end + 1;
    return value;
  }

  #quoted(): string {
    let depth = 0;
    for (let at = this.at + 1; at < this.#text.length; at += 1) {
      const character = this.#text.charAt(at);
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      else if (character === '"' && depth === 0) {
        const value = this.#text.slice(this.at + 1, at);
        this.at = at + 1;
        return value;
      }
    }
    throw new Malformed('A quotation mark is never closed.');
  }

  /** Passes over a block whose contents mean nothing here. One that is not closed ends with its line. */
  #untilClosed(): void {
    const end = this.#close === '}' ? closingBrace(this.#text, this.at - 1, true) : undefined;
    const line = this.#text.indexOf('\n', this.at);
    this.at = end ?? (line < 0 ? this.#text.length : line);
  }
}

function closingBrace(text: string, open: number, countsEscaped: boolean): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && !countsEscaped) at += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}

/** A value whose braces pair off, as every BibTeX counts them: those that do not are spelled out. */
export function balanced(value: string): string {
  if (pairsOff(value)) return value;
  const spelled = value.replaceAll('\\{', '\\textbraceleft{}').replaceAll('\\}', '\\textbraceright{}');
  return pairsOff(spelled) ? spelled : value.replaceAll(/[{}]/g, '');
}

function pairsOff(value: string): boolean {
  let depth = 0;
  for (const character of value) {
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Writes entries as a BibTeX file. */
export function writeBibtex(entries: readonly Entry[]): string {
  return entries.map(writeEntry).join('\n');
}

function writeEntry({ type, key, fields, carried }: Entry): string {
  const extra = Object.keys(carried).length === 0 ? [] : [[carriedField, encodeCarried(carried)] as const];
  const lines = [...fields, ...extra].map(([name, value]) => {
    const raw = wordsOf(value);
    const isMacro = name.toLowerCase() === 'month' && months.includes(raw);
    return `  ${name} = ${isMacro ? raw : `{${raw}}`},\n`;
  });
  return `@${type}{${key ?? ''},\n${lines.join('')}}\n`;
}
