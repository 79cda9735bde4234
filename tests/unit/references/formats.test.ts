import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CitationLibrary, loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { differing, type Entry, saysAnew } from '../../../main/references/entry.ts';
import { entryOf, referenceFormats } from '../../../main/references/format.ts';
import { detectFormat, formatNamed } from '../../../main/references/formats.ts';
import { faithful, hostileCsl } from '../../helpers/hostile-csl.ts';

let library: CitationLibrary;
beforeAll(async () => {
  library = await loadCitationLibrary();
});

const seed = 20_261_121;
describe.each(referenceFormats)('%s', (formatName) => {
  const format = formatNamed(formatName);

  test('says an item so that the same item is read again, whatever its words are', () => {
    fc.assert(
      fc.property(fc.array(hostileCsl, { minLength: 1, maxLength: 3 }), (items) => {
        const entries = items.map((item, at) =>
          entryOf(format, library, { csl: faithful(item), key: `key${at}`, original: undefined }),
        );
        const text = format.write(entries);
        expect(detectFormat(text)).toBe(formatName);
        const read = format.read(text);
        expect(read.problems).toEqual([]);
        expect(read.entries.map(({ key }) => key)).toEqual(entries.map(({ key }) => key));
        read.entries.forEach((entry, at) => {
          expect(differing(format.toCsl(library, entry), faithful(items[at] ?? {}))).toEqual([]);
          expect(saysAnew(entry, entries[at] ?? entry)).toEqual([]);
        });
        expect(format.write(read.entries)).toBe(text);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('keeps an original as it was written, and all of it that still holds after an edit', () => {
    fc.assert(
      fc.property(hostileCsl, hostileCsl, (before, after) => {
        const first = entryOf(format, library, { csl: faithful(before), key: 'k', original: undefined });
        const [original] = format.read(format.write([first])).entries;
        const again = entryOf(format, library, { csl: faithful(before), key: 'k', original });
        expect(format.write([again])).toBe(format.write([first]));
        const edited = entryOf(format, library, { csl: faithful(after), key: 'k', original });
        const [read] = format.read(format.write([edited])).entries;
        expect(differing(format.toCsl(library, read as Entry), faithful(after))).toEqual([]);
      }),
      { seed, numRuns: 100 },
    );
  });
});
