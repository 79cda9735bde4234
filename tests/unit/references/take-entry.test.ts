import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { derivedId } from '../../../db/replica/rows/ids.ts';
import { type CitationLibrary, loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { type Csl, differing } from '../../../main/references/entry.ts';
import { entryOf, type ReferenceFormatName, referenceFormats } from '../../../main/references/format.ts';
import { formatNamed } from '../../../main/references/formats.ts';
import { ReferenceIndex } from '../../../main/references/reference-index.ts';
import type { StoredReference } from '../../../main/references/stored.ts';
import { takeEntry } from '../../../main/references/take-entry.ts';
import { faithful, hostileCsl } from '../../helpers/hostile-csl.ts';

let library: CitationLibrary;
beforeAll(async () => {
  library = await loadCitationLibrary();
});

/** A library in memory, as imports see it. */
class Shelf {
  readonly items = new Map<string, StoredReference>();
  readonly #index = new ReferenceIndex(
    [],
    (...parts) => derivedId('test', ...parts),
    () => false,
  );

  take(format: ReferenceFormatName, text: string): string[] {
    const { entries, problems } = formatNamed(format).read(text);
    if (problems.length > 0) throw new Error(`what was written is not read: ${JSON.stringify(problems)}`);
    this.#index.nextFile();
    return entries.map((entry) => {
      const { kind, reference } = takeEntry(this.#index, formatNamed(format), library, entry);
      this.items.set(reference.id, reference);
      return kind;
    });
  }

  edit(at: number, change: (csl: Csl) => Csl): void {
    const item = [...this.items.values()][at % Math.max(1, this.items.size)];
    if (item === undefined) return;
    const edited = { ...item, csl: change(item.csl) };
    this.items.set(item.id, edited);
    this.#index.put(edited);
  }

  write(name: ReferenceFormatName): string {
    const format = formatNamed(name);
    const entries = [...this.items.values()].map(({ csl, key, originals }) =>
      entryOf(format, library, { csl, key, original: originals[name] }),
    );
    return format.write(entries);
  }
}

const formats = fc.constantFrom(...referenceFormats);

test('whatever was imported, edited and exported: importing it back changes nothing, twice, in any order of formats', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(hostileCsl, fc.constantFrom('a', 'b', 'Ä-1', '')), { minLength: 1, maxLength: 4 }),
      formats,
      fc.array(fc.tuple(fc.nat(3), hostileCsl, formats), { maxLength: 3 }),
      (items, first, edits) => {
        const shelf = new Shelf();
        const format = formatNamed(first);
        const text = format.write(
          items.map(([csl, key]) =>
            entryOf(format, library, { csl: faithful(csl), key, original: undefined }),
          ),
        );
        shelf.take(first, text);
        const before = structuredClone([...shelf.items]);
        expect(shelf.take(first, text).every((kind) => kind === 'unchanged')).toBe(true);
        expect([...shelf.items]).toEqual(before);
        for (const [at, patch, other] of edits) {
          shelf.edit(at, (csl) => ({ ...csl, ...faithful(patch) }));
          const edited = structuredClone([...shelf.items]);
          for (let round = 0; round < 2; round += 1) {
            const exported = shelf.write(other);
            expect(shelf.take(other, exported).every((kind) => kind === 'unchanged')).toBe(true);
            expect(shelf.write(other)).toBe(exported);
          }
          expect([...shelf.items]).toEqual(edited);
        }
        const keys = [...shelf.items.values()].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      },
    ),
    { seed: 20_261_121, numRuns: 150 },
  );
});

test('an export that was edited elsewhere is taken once, and then says nothing new', () => {
  fc.assert(
    fc.property(hostileCsl, hostileCsl, formats, (csl, patch, name) => {
      const shelf = new Shelf();
      const format = formatNamed(name);
      const whole = { ...faithful(csl), title: 'One title', type: 'book' };
      shelf.take('csl-json', JSON.stringify([{ id: 'k', ...whole }]));
      const elsewhere = { ...whole, ...faithful(patch), title: 'One title', type: 'book' };
      const edited = format.write([
        entryOf(format, library, { csl: elsewhere, key: 'k', original: undefined }),
      ]);
      shelf.take(name, edited);
      expect(shelf.take(name, edited)).toEqual(['unchanged']);
      expect(shelf.items.size).toBe(1);
      const [item] = [...shelf.items.values()];
      expect(differing(item?.csl ?? {}, elsewhere)).toEqual([]);
    }),
    { seed: 20_261_121, numRuns: 150 },
  );
});
