import {
  decodeCarried,
  encodeCarried,
  type Entry,
  type EntryProblem,
  type ReadEntries,
  wordsOf,
} from './entry.ts';

/** A user-defined tag for what RIS cannot say, and the word by which its values are known from other people's. */
const carriedTag = 'U5';
const carriedWord = 'workbench-csl:';

const tagged = /^([A-Z][A-Z0-9]) {2}-(?: ([^\n]*))?$/;
const indentedTag = /^ +[A-Z][A-Z0-9] {2}-(?: |$)/;

/**
 * Reads a RIS file. A line without a tag goes on with the value before it. Values stay as they are written; an entry ends with `ER`,
 * or with the next `TY`.
 */
export function readRis(text: string): ReadEntries {
  const entries: Entry[] = [];
  const problems: EntryProblem[] = [];
  let open: { type: string; fields: [string, string][] } | undefined;
  const close = (): void => {
    if (open !== undefined) entries.push(entryFrom(open.type, open.fields));
    open = undefined;
  };
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .forEach((line, at) => {
      const [, tag, value = ''] = tagged.exec(line) ?? [];
      if (tag === undefined) {
        const last = open?.fields.at(-1);
        if (last !== undefined) last[1] += `\n${indentedTag.test(line) ? line.slice(1) : line}`;
        else if (line.trim() !== '' && open === undefined) {
          problems.push({ line: at + 1, sentence: 'This line belongs to no entry.' });
        }
      } else if (tag === 'TY') {
        close();
        open = { type: value.trim(), fields: [] };
      } else if (tag === 'ER') {
        close();
      } else if (open === undefined) {
        problems.push({ line: at + 1, sentence: `“${tag}” stands before the entry's type (TY).` });
      } else {
        open.fields.push([tag, value]);
      }
    });
  close();
  return { entries, problems };
}

function entryFrom(type: string, lines: readonly (readonly [string, string])[]): Entry {
  const fields = lines.map(([tag, value]) => [tag, normalised(value)] as const);
  const carried = fields.find(([tag, value]) => tag === carriedTag && value.startsWith(carriedWord));
  const id = fields.find(([tag]) => tag === 'ID');
  return {
    type,
    key: id === undefined || id[1].trim() === '' ? null : id[1].trim(),
    fields: fields.filter((field) => field !== carried && field !== id),
    carried: (carried === undefined ? undefined : decodeCarried(carried[1].slice(carriedWord.length))) ?? {},
  };
}

/** A value as a RIS file can say it: one kind of line end, none at its end. */
export function normalised(value: string): string {
  return value.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '');
}

/** Writes entries as a RIS file. A line of a value that looks like a tag is moved one space in. */
export function writeRis(entries: readonly Entry[]): string {
  return entries.map(writeEntry).join('\n');
}

function writeEntry({ type, key, fields, carried }: Entry): string {
  const lines = fields.map(([tag, value]) => writeLine(tag, wordsOf(value)));
  const id = key === null ? [] : [writeLine('ID', key)];
  const extra =
    Object.keys(carried).length === 0
      ? []
      : [writeLine(carriedTag, `${carriedWord}${encodeCarried(carried)}`)];
  return [writeLine('TY', type), ...id, ...lines, ...extra, 'ER  - ', ''].join('\n');
}

function writeLine(tag: string, value: string): string {
  const [first = '', ...rest] = value.split('\n');
  const guarded = rest.map((line) => (tagged.test(line) || indentedTag.test(line) ? ` ${line}` : line));
  return [`${tag}  - ${first}`, ...guarded].join('\n');
}
