import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { stemOf } from '../../../main/export/obsidian/names.ts';
import {
  block,
  collapsed,
  escapeMarkdown,
  frontMatter,
  plainLines,
  quoteLines,
  unescapeMarkdown,
  wikiLink,
} from '../../../main/export/obsidian/note-text.ts';
import { readNote, UnreadableNote } from '../../../main/import/obsidian/read-note.ts';
import { hostileText } from '../../helpers/hostile-text.ts';

const options = { seed: 20_261_121, numRuns: 500 };

test('words between their marks come back exactly, beside other words, properties and quotes', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, hostileText, (title, claim, quote, note) => {
      const text = [
        frontMatter([
          ['workbench', 'claim'],
          ['title', title],
          ['tags', [title, claim]],
        ]),
        block('claim', claim),
        '',
        block('reasoning', note),
        '',
        '## Contradicts',
        '',
        `- ${wikiLink(stemOf(title, 'E-7KQ2'), claim)}`,
        quoteLines(quote, '  '),
        '',
        block('note', note, '  '),
        '',
      ].join('\n');
      for (const ends of ['\n', '\r\n']) {
        const read = readNote('Claims/x.md', `\uFEFF${text.replaceAll('\n', ends)}`);
        expect(read.properties).toEqual({ workbench: 'claim', title, tags: [title, claim] });
        expect(read.blocks.get('claim')).toBe(plainLines(claim));
        expect(read.blocks.get('reasoning')).toBe(plainLines(note));
        expect(read.links).toHaveLength(1);
        const [link] = read.links;
        expect(link).toMatchObject({ target: stemOf(title, 'E-7KQ2'), stance: 'contradicts' });
        expect(collapsed(link?.quote ?? '')).toBe(collapsed(quote));
        expect(link?.note).toBe(plainLines(note));
      }
    }),
    options,
  );
});

test('escaped words are themselves again, and nothing in them is a link, an embedded file or a comment', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = escapeMarkdown(text);
      expect(unescapeMarkdown(escaped)).toBe(text);
      const unprotected = escaped.replaceAll(/\\./gsu, '');
      expect(unprotected).not.toMatch(/\[|\]|<|`|%|!|\$/);
    }),
    options,
  );
});

describe('the name of a note', () => {
  const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i;

  test('is one that every file system and every wiki link can say', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string({ unit: 'grapheme', maxLength: 400 })), (title) => {
        const stem = stemOf(title, 'C-7KQ2');
        expect(stem).not.toMatch(/[\\/:*?"<>|#^[\]%\p{Cc}\u202e\u2028\u200b]/u);
        expect(stem).not.toMatch(/^[\s.]|[\s.]$/u);
        expect(Buffer.byteLength(`${stem}.md`)).toBeLessThan(200);
        expect(stem).not.toMatch(reserved);
        expect(stem.isWellFormed()).toBe(true);
        expect(stem.endsWith('(C-7KQ2)') || stem === 'C-7KQ2').toBe(true);
      }),
      options,
    );
  });

  test.each([
    ['a/b\\c:d', 'a b c d (C-1)'],
    ['CON', 'CON (C-1)'],
    ['..', 'C-1'],
    ['', 'C-1'],
    ['x'.repeat(300), `${'x'.repeat(80)} (C-1)`],
    ['\u202eevil.md', 'evil.md (C-1)'],
    ['سلام [[x]]', 'سلام x (C-1)'],
  ])('%j becomes %j', (title, stem) => {
    expect(stemOf(title, 'C-1')).toBe(stem);
  });
});

test('front matter is read however a program for notes writes it, and refused where it is none', () => {
  const read = readNote(
    'a.md',
    "---\nworkbench: claim\nid: 'x'\ntitle: >-\n  two\n  lines\ntags:\n  - a\n---\nwords",
  );
  expect(read.properties).toEqual({ workbench: 'claim', id: 'x', title: 'two lines', tags: ['a'] });
  expect(read.prose).toBe('words');
  expect(() => readNote('a.md', '---\na: [\n---\n')).toThrow(UnreadableNote);
  expect(() => readNote('a.md', '---\na: 1\na: 2\n---\n')).toThrow(UnreadableNote);
  expect(() => readNote('a.md', '---\na: &x [1]\nb: [*x, *x]\n---\n')).toThrow(UnreadableNote);
  expect(parse(frontMatter([['t', '\u2028\u0085a']]).slice(4, -4))).toEqual({ t: '\u2028\u0085a' });
});
