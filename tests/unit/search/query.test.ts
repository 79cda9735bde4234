import Database from 'better-sqlite3-multiple-ciphers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuse } from '../../../main/search/query/fusion.ts';
import { constraintExpression, matchExpression } from '../../../main/search/query/match-expression.ts';
import { filterText, queryTokens } from '../../../preload/contract/query-language.ts';
import { parseQuery } from '../../../main/search/query/parse.ts';

describe('the query language', () => {
  test('reads words, phrases, exclusions and fields', () => {
    const query = parseQuery(
      'the Solid "state of the art" -toy -"not this" type:pdf author:"Jane Roe" after:2024-03 rating:b',
    );
    expect(query.words).toEqual(['Solid']);
    expect(query.phrases).toEqual(['state of the art']);
    expect(query.excluded).toEqual(['toy', 'not this']);
    expect(query.filters).toMatchObject({
      type: ['pdf'],
      author: ['Jane Roe'],
      after: '2024-03',
      rating: 'B',
    });
    expect(query.sentence).toBe('the Solid state of the art');
  });

  test('says where each piece stands, and writes a filter as it reads it', () => {
    const text = 'salt type:pdf  -"not this" author:"Jane Roe" …';
    expect(queryTokens(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'salt',
      'type:pdf',
      '-"not this"',
      'author:"Jane Roe"',
    ]);
    for (const [field, value] of [
      ['type', 'pdf'],
      ['author', 'Jane Roe'],
    ] as const) {
      expect(queryTokens(filterText(field, value))).toMatchObject([{ field, text: value, negated: false }]);
    }
  });

  test('keeps stop words where there is nothing else', () => {
    expect(parseQuery('to be or not to be ').words).toEqual(['to', 'be', 'or', 'not']);
  });

  test('takes the last word of a short query as a beginning, until it is finished', () => {
    expect(parseQuery('solid bat').prefix).toBe('bat');
    expect(parseQuery('solid bat ').prefix).toBeNull();
    expect(parseQuery('ba').prefix).toBeNull();
    expect(parseQuery('one long question about batteries').prefix).toBeNull();
    expect(parseQuery('東京').prefix).toBeNull();
  });

  test('an unknown field and an impossible date are words and nothing', () => {
    expect(parseQuery('colour:red').words).toEqual(['colour:red']);
    expect(parseQuery('x after:soon').filters.after).toBeNull();
  });

  test('every text is a query that the index accepts', () => {
    const index = new Database(':memory:');
    index.exec(`CREATE VIRTUAL TABLE t USING fts5(title, body, scope)`);
    const run = index.prepare(`SELECT rowid FROM t WHERE t MATCH ?`);
    const pieces = fc.constantFrom(
      '"',
      '-',
      '*',
      'NEAR(',
      'AND',
      'OR',
      'NOT',
      '(',
      ')',
      ':',
      '^',
      '{title}',
      "'",
      '\\',
      'tag:',
      '東',
      ' ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }).map((parts) => parts.join('')),
    );
    let parsed = 0;
    fc.assert(
      fc.property(texts, fc.boolean(), (text, any) => {
        const query = parseQuery(text);
        const { required, excluded } = constraintExpression(query);
        const expression = matchExpression(query, any ? 'any' : 'all', ['title', 'body'], 'session1');
        for (const part of [expression, required, excluded]) if (part !== null) run.all(part);
        parsed += 1;
      }),
      { seed: 20, numRuns: 3000 },
    );
    expect(parsed).toBe(3000);
    index.close();
  });

  test('no query reaches the column of scopes', () => {
    const index = new Database(':memory:');
    index.exec(`CREATE VIRTUAL TABLE t USING fts5(title, body, scope)`);
    index.exec(`INSERT INTO t VALUES ('a', 'b', 'session1')`);
    for (const text of ['session1', 'scope:session1', '"session1"', 'x OR scope:session1', '} : session1']) {
      const expression = matchExpression(parseQuery(text), 'any', ['title', 'body']);
      expect(index.prepare(`SELECT rowid FROM t WHERE t MATCH ?`).all(expression)).toEqual([]);
    }
    index.close();
  });
});

describe('rank fusion', () => {
  test('sums reciprocal ranks and keeps the order of ties', () => {
    const fused = fuse([
      { keys: ['a', 'b'], weight: 1 },
      { keys: ['b', 'c'], weight: 1 },
    ]);
    expect(fused.map(({ key }) => key)).toEqual(['b', 'a', 'c']);
    expect(fused[0]?.score).toBeCloseTo(1 / 7 + 1 / 6, 12);
  });

  test('a leg that knows less does not push down what another found', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1 }), (keys) => {
        const alone = fuse([{ keys, weight: 1 }]).map(({ key }) => key);
        expect(alone).toEqual(keys);
      }),
      { seed: 4 },
    );
  });
});
