/** What stands above a Markdown text between two lines of dashes: single values and lists, by lower-case key. */
export interface FrontMatter {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Where the text itself begins. */
  readonly end: number;
}

/**
 * Reads the part of YAML that front matter uses: `key: value`, `key: [a, b]` and lists of `- item` lines. Anything
 * deeper is skipped: it is metadata of another program.
 */
export function readFrontMatter(text: string): FrontMatter {
  const block = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text);
  if (block === null) return { values: new Map(), end: 0 };
  const values = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of (block[1] ?? '').split('\n')) {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1];
    if (item !== undefined) {
      open.push(unquoted(item));
      continue;
    }
    const pair = /^([A-Za-z][\w -]*):\s*(.*)$/.exec(line);
    if (pair === null) continue;
    open = valuesOf(pair[2] ?? '');
    values.set((pair[1] ?? '').trim().toLowerCase(), open);
  }
  return { values, end: block[0].length };
}

function valuesOf(text: string): string[] {
  const list = /^\[(.*)\]$/.exec(text.trim())?.[1];
  if (list !== undefined)
    return list
      .split(',')
      .map(unquoted)
      .filter((value) => value !== '');
  const value = unquoted(text);
  return value === '' ? [] : [value];
}

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
    .trim();
}
