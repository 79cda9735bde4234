import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entityNames, entitySpec } from '../../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../../db/catalogue/types.ts';
import { applyEntry, emptyRow, type EntryOrigin, type RowState } from '../../../../sync/core/row-state.ts';
import { hashOfText, rowText } from '../../../../sync/core/row-wire.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../../sync/protocol/exchange.ts';
import { FormsAhead } from '../../../../sync/server/feed/forms-ahead.ts';
import { sha256, testEnvironment } from '../../../helpers/feed.ts';

const seed = 20261122;
const id = '00000000-0000-7000-8000-0000000000aa';
const [author, other] = ['00000000-0000-7000-8000-0000000000bb', '00000000-0000-7000-8000-0000000000cc'];
const [stamp, later] = ['1'.repeat(32), '2'.repeat(32)];
const salt = 'abcdefghijklmnop';
const environment = { ...testEnvironment(), salt: () => salt };

type Insert = ExchangedEntry & { readonly op: 'insert' };

function transactionOf(entries: ExchangedEntry[]): ExchangedTransaction {
  return {
    v: 1,
    stamp,
    author,
    replica: author,
    command: 'c',
    origin: 'local',
    schemaVersion: 1,
    entries,
    bodies: {},
  };
}

function rowOf(entry: Insert, origin: EntryOrigin = { stamp, author }): RowState {
  return applyEntry(emptyRow(entry.entity, entry.row, entry.scope), entry, origin);
}

/** Texts that writers of JSON treat each in their own way. */
const odd = fc.constantFrom('\u2028', '"\\\n', '\u0000', '\ud800', '👩‍🔬', 'é'.repeat(300), '</script>');
const inserts = fc
  .record({
    entity: fc.constantFrom(...entityNames.map((name) => entitySpec(name).n), 900),
    values: fc.array(fc.option(fc.oneof(odd, fc.jsonValue({ maxDepth: 2 })), { freq: 2 }), { maxLength: 40 }),
  })
  .map(({ entity, values }): Insert => ({
    op: 'insert',
    entity,
    row: id,
    scope: 'tenant',
    values: values as Json[],
  }));

/** What may become of an insert beside the row that it makes by itself. */
const fates: readonly ((insert: Insert) => RowState)[] = [
  (insert) => rowOf(insert, { stamp, author, at: 5 }),
  (insert) => rowOf(insert, { stamp: later, author }),
  (insert) => rowOf(insert, { stamp, author: other }),
  (insert) => rowOf({ ...insert, values: [...insert.values] }),
  (insert) => ({ ...rowOf(insert), scope: `project:${id}` }),
  (insert) => ({ ...rowOf(insert), purged: true }),
  (insert) =>
    applyEntry(
      rowOf(insert),
      { op: 'delete', entity: insert.entity, row: id, scope: insert.scope, base: [stamp], stamps: [stamp] },
      { stamp: later, author },
    ),
];

test('a form that was made ahead is what the row is stored as', () => {
  const taken = new Set<boolean>();
  fc.assert(
    fc.property(inserts, (insert) => {
      const ahead = new FormsAhead(environment);
      ahead.make(transactionOf([insert]));
      const row = rowOf(insert);
      const form = ahead.of(row);
      taken.add(form !== undefined);
      const text = rowText(row, salt);
      if (form !== undefined) expect(form).toEqual({ text, hash: hashOfText(text, sha256) });
    }),
    { seed, numRuns: 500 },
  );
  expect(taken).toEqual(new Set([true, false]));
});

test('of a row that is anything but its insert as it was sent, no form was made', () => {
  fc.assert(
    fc.property(inserts, fc.constantFrom(...fates), (insert, fate) => {
      const ahead = new FormsAhead(environment);
      ahead.make(transactionOf([insert]));
      expect(ahead.of(fate(insert))).toBeUndefined();
    }),
    { seed, numRuns: 500 },
  );
});

test('an insert that keeps something back is joined before it has a form', () => {
  const ahead = new FormsAhead(environment);
  const insert: Insert = {
    op: 'insert',
    entity: entitySpec('evidence').n,
    row: id,
    scope: 'tenant',
    values: [null, 'words'],
    withheld: { version: 1, cells: [2] },
  };
  ahead.make(transactionOf([insert]));
  expect(ahead.of(rowOf(insert))).toBeUndefined();
});
