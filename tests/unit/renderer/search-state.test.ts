import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryFields } from '../../../preload/contract/query-language.ts';
import { queryOf, sortedHits, takeFilters } from '../../../renderer/features/search/search-state.ts';

test('a filter leaves the words once a space ends it, and not before', () => {
  expect(takeFilters('type:pd', [], true)).toEqual({ filters: [], words: 'type:pd' });
  expect(takeFilters('type:pdf ', [], true)).toEqual({
    filters: [{ field: 'type', value: 'pdf' }],
    words: '',
  });
  expect(takeFilters('sea type:pdf salt', [], true).words).toBe('sea salt');
  expect(takeFilters('-type:pdf colour:red ', [], true)).toEqual({
    filters: [],
    words: '-type:pdf colour:red ',
  });
  const twice = takeFilters('type:PDF ', [{ field: 'type', value: 'pdf' }], true);
  expect(twice).toEqual({ filters: [{ field: 'type', value: 'pdf' }], words: '' });
});

test('a search that was written as one text is read back as it was', () => {
  const value = fc.stringMatching(/^[a-z0-9]{1,8}( [a-z0-9]{1,8})?$/);
  const filter = fc.record({ field: fc.constantFrom(...queryFields), value });
  const words = fc.array(fc.stringMatching(/^[a-zé]{1,8}$/), { maxLength: 4 }).map((each) => each.join(' '));
  fc.assert(
    fc.property(
      fc.uniqueArray(filter, { selector: (each) => each.field + each.value }),
      words,
      (filters, said) => {
        const search = { filters, words: said };
        expect(takeFilters(queryOf(search), [], false)).toEqual(search);
      },
    ),
    { seed: 7 },
  );
});

test('hits without a date come last whichever way dates go', () => {
  const hits = [
    { title: 'b', published: null },
    { title: 'c', published: '2024' },
    { title: 'a', published: '2025-02' },
  ];
  const titles = (sort: Parameters<typeof sortedHits>[1]) =>
    sortedHits(hits, sort)
      .map(({ title }) => title)
      .join('');
  expect(['relevance', 'newest', 'oldest', 'title'].map((sort) => titles(sort as 'newest'))).toEqual([
    'bca',
    'acb',
    'cab',
    'abc',
  ]);
});
