import fc from 'fast-check';
import type { Json } from '../../db/catalogue/types.ts';
import type { Csl } from '../../main/references/entry.ts';
import { faithfulValue } from '../../sync/core/value.ts';
import { hostileText } from './hostile-text.ts';

const name = fc.record(
  { family: hostileText, given: hostileText, suffix: hostileText, literal: hostileText },
  { requiredKeys: [] },
);
const date = fc.oneof(
  fc
    .tuple(fc.integer({ min: -50, max: 2100 }), fc.integer({ min: 1, max: 12 }))
    .map((parts) => ({ 'date-parts': [parts] })),
  fc.constantFrom<Json>(
    { 'date-parts': [[2020, 1, 5], [2021]] },
    { raw: 'c. 1990' },
    { literal: 'nd' },
    { season: '2', 'date-parts': [[2001]] },
    'odd',
    null,
  ),
);
/** Items of every kind whose words, names, dates and unknown properties are hostile to some format. */
export const hostileCsl: fc.Arbitrary<Csl> = fc.record(
  {
    type: fc.constantFrom(
      'article-journal',
      'book',
      'chapter',
      'thesis',
      'webpage',
      'report',
      'dataset',
      'bill',
      'no-such-type',
    ),
    title: hostileText,
    author: fc.array(name, { maxLength: 3 }),
    editor: fc.array(name, { maxLength: 2 }),
    issued: date,
    accessed: date,
    DOI: fc.oneof(hostileText, fc.constant('10.1000/xyz.(12)')),
    URL: fc.oneof(hostileText, fc.webUrl({ withQueryParameters: true })),
    'container-title': hostileText,
    note: hostileText,
    abstract: hostileText,
    keyword: hostileText,
    page: hostileText,
    volume: fc.oneof(hostileText, fc.integer()),
    genre: hostileText,
    publisher: hostileText,
    ISBN: hostileText,
    language: hostileText,
    custom: fc.jsonValue({ maxDepth: 2 }).filter(isKept) as fc.Arbitrary<Json>,
    _ours: hostileText,
  },
  { requiredKeys: ['type'] },
);

/** An item as it is stored: a property without a value is not there. */
export function faithful(item: Csl): Csl {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** True for JSON that every replica keeps as it is: not for whole numbers beyond the exact ones, and the like. */
function isKept(value: unknown): boolean {
  try {
    return value !== null && JSON.stringify(faithfulValue(value)) !== undefined;
  } catch {
    return false;
  }
}
