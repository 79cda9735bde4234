import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { chainedText, chainHash } from '../../../sync/core/chain.ts';
import {
  applyEntry,
  conflictsOf,
  emptyRow,
  isContested,
  lifeOf,
  missingBases,
  type RowState,
  valuesOf,
} from '../../../sync/core/row-state.ts';
import { decodeRow, encodeRow, hashOfText, holdsMarker, rowText } from '../../../sync/core/row-wire.ts';
import { localScope, parseScope, wireScope } from '../../../sync/core/scope.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import { encodeStamp } from '../../../sync/core/stamp.ts';
import { firstHash } from '../../../sync/protocol/messages.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../sync/protocol/exchange.ts';

const evidence = entitySpec('evidence').n;
const [row, ada, ben] = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const scope = `session:${row}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const stampAt = (milliseconds: number) =>
  encodeStamp({ milliseconds, counter: 0, session: '00000000000000aa' });
const frame = { entity: evidence, row, scope };

function insert(title: string): ExchangedEntry {
  const values: Json[] = Array.from({ length: 32 }, () => null);
  values[9] = title;
  return { op: 'insert', ...frame, values };
}

function write(cell: number | string, value: Json, base: number[]): ExchangedEntry {
  return { op: 'update', ...frame, cells: [{ cell, value, base: base.map(stampAt) }] };
}

function fold(...entries: [at: number, entry: ExchangedEntry][]): RowState {
  const arrived = new Set<string>();
  let state = emptyRow(evidence, row, scope);
  for (const [at, entry] of entries) {
    const origin = { stamp: stampAt(at), author: at % 2 === 0 ? ada : ben };
    state = applyEntry(state, entry, origin, (stamp) => arrived.has(stamp));
    arrived.add(origin.stamp);
  }
  return state;
}

describe('the state of a row', () => {
  test('[MR13] keeps what a lost write had replaced, so that a conflict shows its base', () => {
    const state = fold([1, insert('old')], [2, write(10, 'mine', [1])], [3, write(10, 'theirs', [1])]);
    const [conflict, ...none] = conflictsOf(state);
    expect(none).toEqual([]);
    expect(conflict).toMatchObject({ cell: '10', lost: { value: 'mine' }, shown: { value: 'theirs' } });
    expect(isContested(state, '10')).toBe(true);
    expect(missingBases(state).map(({ over }) => over)).toEqual([stampAt(1), stampAt(1)]);
    const shown = fold([1, insert('old')], [2, write(10, 'mine', [1])]);
    expect(conflictsOf(shown)).toEqual([]);
  });

  test('[MR8] a column that the insert wrote as null is a write, and takes no place on the wire', () => {
    const state = fold([1, insert('t')], [2, write(7, 'a', [])]);
    expect(conflictsOf(state).map(({ lost }) => lost.value)).toEqual([null]);
    expect(Object.keys(encodeRow(fold([1, insert('t')])).cells)).toEqual(['10', '@']);
  });

  test('[MR15] a delete wins over what it saw, and over nothing else', () => {
    const seen: ExchangedEntry = { op: 'delete', ...frame, base: [stampAt(1)], stamps: [stampAt(1)] };
    expect(lifeOf(fold([1, insert('t')], [2, seen]))).toBe('deleted');
    expect(lifeOf(fold([1, insert('t')], [2, seen], [3, write(10, 'x', [1])]))).toBe('told');
    expect(lifeOf(fold([1, insert('t')], [2, seen]), [stampAt(9)])).toBe('told');
    expect(
      lifeOf(fold([1, insert('t')], [2, seen], [3, { op: 'restore', ...frame, base: [stampAt(2)] }])),
    ).toBe('alive');
  });

  test('[MR17] a purged row holds nothing and takes nothing', () => {
    const state = fold([1, insert('secret')], [2, { op: 'purge', ...frame }], [3, write(10, 'again', [1])]);
    expect(lifeOf(state)).toBe('purged');
    expect(rowText(state)).not.toMatch(/secret|again/);
  });

  test('[MR7] a later write waits for its insert', () => {
    const state = fold([2, write(10, 'new', [1])], [1, insert('old')]);
    expect(valuesOf(state).known.get(10)).toBe('new');
    expect(conflictsOf(state)).toEqual([]);
  });

  test('[P2] equal states have equal texts and hashes, and come back from the wire as they went', () => {
    const one = fold([1, insert('a')], [2, write('26/k', ['v'], [])], [3, write(7, 'u', [1])]);
    const text = rowText(one);
    expect(text).toBe(canonicalText(encodeRow(one) as unknown as Json));
    expect(rowText(decodeRow(JSON.parse(text) as Parameters<typeof decodeRow>[0]))).toBe(text);
    expect(hashOfText(text, sha256)).toMatch(/^[0-9a-f]{32}$/);
    expect(rowText(fold([1, insert('b')]))).not.toBe(rowText(fold([1, insert('a')])));
  });

  test('[MR3] a place that the server moved decides and travels with the row', () => {
    const moved = applyEntry(
      fold([1, insert('old')], [9, write(10, 'fast clock', [1])]),
      write(10, 'later', [1]),
      { stamp: stampAt(5), author: ada, at: 100 },
      () => true,
    );
    expect(valuesOf(moved).known.get(10)).toBe('later');
    expect(valuesOf(decodeRow(encodeRow(moved))).known.get(10)).toBe('later');
  });
});

test('[P3] the chain’s hash follows from everything before it', () => {
  const tx = {
    v: 1,
    stamp: stampAt(1),
    command: 'c',
    origin: 'local',
    author: ada,
    replica: ben,
    schemaVersion: 1,
    entries: [insert('t')],
    bodies: {},
  } as const satisfies ExchangedTransaction;
  const first = chainHash(firstHash, chainedText(tx), sha256);
  expect(chainHash(first, chainedText(tx), sha256)).not.toBe(first);
  expect(chainHash(firstHash, chainedText({ ...tx, command: 'd' }), sha256)).not.toBe(first);
  // Equal transactions have equal texts, whatever the order of their keys.
  expect(chainedText(Object.fromEntries(Object.entries(tx).toReversed()) as typeof tx)).toBe(chainedText(tx));
});

test('a marker is found wherever it stands', () => {
  expect(holdsMarker({ a: [{ $r: 3 }] })).toBe(true);
  expect(holdsMarker({ a: ['$r'], b: null })).toBe(false);
});

test('scopes name their user on the wire only', () => {
  expect(wireScope('user', ada)).toBe(`user:${ada}`);
  expect(localScope(`user:${ada}`, ada)).toBe('user');
  expect(localScope(`user:${ben}`, ada)).toBe(`user:${ben}`);
  expect(parseScope(scope)).toEqual({ kind: 'session', id: row });
  expect(() => parseScope('galaxy:1')).toThrow(RangeError);
});
