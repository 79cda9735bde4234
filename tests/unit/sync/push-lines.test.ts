import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../db/catalogue/types.ts';
import { chainedText, chainHash } from '../../../sync/core/chain.ts';
import { exchangedTransactionSchema, type ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { firstHash, protocolVersion } from '../../../sync/protocol/messages.ts';
import { isPlainTransaction } from '../../../sync/protocol/plain-transactions.ts';
import { pushText, readPush } from '../../../sync/protocol/push-lines.ts';
import { checkValues } from '../../../sync/server/feed/check-values.ts';
import { TransactionRefused } from '../../../sync/server/feed/refusal.ts';
import { sha256, testEnvironment } from '../../helpers/feed.ts';

const seed = 20261121;
const hexadecimal = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits });
const stamp = hexadecimal(32);
const id = hexadecimal(32).map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
const count = fc.integer({ min: 1, max: 2 ** 31 });
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const cell = fc.oneof(
  count,
  fc.tuple(count, fc.string()).map(([n, key]) => `${n}/${key}`),
);
const frame = { entity: count, row: id, scope: fc.string({ minLength: 1 }) };
const stamps = fc.array(stamp, { maxLength: 2 });
const write = fc.record(
  { cell, value: json, base: stamps, seen: stamps },
  { requiredKeys: ['cell', 'value', 'base'] },
);
const op = <T extends string>(name: T) => fc.constant(name);
const entry = fc.oneof(
  fc.record({ op: op('insert'), ...frame, values: fc.array(json, { maxLength: 6 }) }),
  fc.record({ op: op('update'), ...frame, cells: fc.array(write, { maxLength: 3 }) }),
  fc.record({ op: op('delete'), ...frame, base: stamps, stamps }),
  fc.record({ op: op('restore'), ...frame, base: stamps }),
  fc.record({ op: op('dismiss'), ...frame, cell: fc.oneof(cell, fc.constant('@')), stamps }),
  fc.record({ op: op('purge'), ...frame }),
);
const transaction = fc.record(
  {
    v: fc.constant(1),
    stamp,
    command: fc.string(),
    origin: fc.constantFrom('local', 'undo', 'import', 'migration', 'enrol'),
    author: id,
    replica: id,
    schemaVersion: count,
    undoes: stamp,
    pick: fc.constant(true),
    entries: fc.array(entry, { maxLength: 4 }),
    bodies: fc.dictionary(hexadecimal(64), fc.base64String(), { maxKeys: 1 }),
  },
  {
    requiredKeys: [
      'v',
      'stamp',
      'command',
      'origin',
      'author',
      'replica',
      'schemaVersion',
      'entries',
      'bodies',
    ],
  },
);
/** As it comes off the wire: own properties only, whatever their names. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('[P1] what the quick look takes for a transaction the schema takes as it is', () => {
  let taken = 0;
  let made = 0;
  fc.assert(
    fc.property(transaction, (one) => {
      const line = sent(one);
      const judged = exchangedTransactionSchema.safeParse(line);
      made += judged.success ? 1 : 0;
      if (!isPlainTransaction(line)) return;
      taken += 1;
      expect(judged.success && judged.data).toEqual(line);
    }),
    { seed, numRuns: 400 },
  );
  // It is of no use where it leaves transactions to the schema; keys like “__proto__” are left to it.
  expect(made).toBeGreaterThan(350);
  expect(taken).toBeGreaterThan(made * 0.95);
});

type Holder = Record<string, unknown> | unknown[];

/** Every object and list in a value. */
function holders(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Holder, ...Object.values(value).flatMap(holders)];
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1.5,
    1e300,
    2 ** 53,
    true,
    false,
    [],
    {},
    '@',
    'x',
    '1/',
    '0/a',
    '01',
    'F'.repeat(32),
  ),
  fc.jsonValue({ maxDepth: 1 }),
  stamp,
  id,
);

test('[P1] a transaction that was altered anywhere is never taken for one that the schema refuses', () => {
  let refused = 0;
  fc.assert(
    fc.property(transaction, fc.nat(), fc.nat(), fc.nat(2), odd, (one, where, which, how, value) => {
      const line = sent(one);
      const all = holders(line);
      const holder = all[where % all.length] as Record<string, unknown>;
      const keys = Object.keys(holder);
      const key = keys[which % Math.max(1, keys.length)];
      if (how === 0 || key === undefined) holder[Array.isArray(holder) ? keys.length : 'extra'] = value;
      else if (how === 1 && !Array.isArray(holder)) delete holder[key];
      else holder[key] = value;
      const judged = exchangedTransactionSchema.safeParse(line);
      if (!judged.success) refused += 1;
      if (isPlainTransaction(line)) expect(judged.success && judged.data).toEqual(line);
    }),
    { seed, numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

const head = {
  v: protocolVersion,
  client: '00000000-0000-7000-8000-00000000000c',
  epoch: '00000000-0000-7000-8000-0000000000e1',
  first: '1',
  previousHash: firstHash,
  hash: firstHash,
} as const;

function read(body: string) {
  const push = readPush(body);
  if (!push.success) throw new Error(`${push.at} ${push.problem}`);
  return push.data;
}

test('[P3] [P16] a push arrives as the very texts that were sent, and they say what they said', () => {
  fc.assert(
    fc.property(fc.array(transaction, { minLength: 1, maxLength: 3 }), (made) => {
      const texts = made.map((tx) => chainedText(sent(tx) as ExchangedTransaction));
      const { transactions, ...rest } = read(pushText(head, texts));
      expect(rest).toEqual(head);
      expect(transactions.map(({ text }) => text)).toEqual(texts);
      // What is sent is canonical: the text of what was read is the text that was read.
      expect(transactions.map(({ tx }) => chainedText(tx))).toEqual(texts);
    }),
    { seed, numRuns: 200 },
  );
});

const plain = sent({
  v: 1,
  stamp: 'a'.repeat(32),
  command: 'c',
  origin: 'local',
  author: head.client,
  replica: head.client,
  schemaVersion: 1,
  entries: [{ op: 'insert', entity: 900, row: head.client, scope: 'tenant', values: ['x'] }],
  bodies: {},
}) as ExchangedTransaction;

test('[P3] the hash is that of the text that came, whatever another text would say', () => {
  const text = chainedText(plain);
  const spaced = text.replace('{', '{ ');
  const [sentOnce] = read(pushText(head, [spaced])).transactions;
  expect(sentOnce).toEqual({ text: spaced, tx: plain });
  expect(chainHash(firstHash, spaced, sha256)).not.toBe(chainHash(firstHash, text, sha256));
});

test('[P16] a key that readers leave out reaches the server as it came, and is refused there', () => {
  const text = chainedText(plain).replace('"x"', '{"__proto__":1}');
  const { transactions } = read(pushText(head, [text]));
  const [{ tx } = { tx: plain }] = transactions;
  expect(chainedText(tx)).toBe(text);
  expect(() => checkValues(tx, testEnvironment())).toThrow(TransactionRefused);
  expect(() => checkValues(plain, testEnvironment())).not.toThrow();
});

test('[P1] [P17] what is not a push is told by its place, never by a value', () => {
  const text = chainedText(plain);
  const nested = text.replace('"x"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const wrong: readonly [body: string, at: string][] = [
    ['', ''],
    ['null', ''],
    [text, 'v'],
    [`${JSON.stringify(head)}\n`, 'transactions'],
    [pushText(head, [text, '']), 'transactions.1'],
    [pushText(head, [text, text.slice(0, -1)]), 'transactions.1'],
    [pushText(head, [text.replace('"origin":"local"', '"origin":"secret"')]), 'transactions.0.origin'],
    [pushText(head, [nested]), 'transactions.0'],
    [
      pushText(
        head,
        Array.from({ length: 2001 }, () => text),
      ),
      'transactions',
    ],
    [pushText({ ...head, ['extra']: 1 } as typeof head, [text]), ''],
    [pushText(head, [text]).replace('{', '{"__proto__":{"v":9},'), ''],
  ];
  for (const [body, at] of wrong) expect(readPush(body)).toMatchObject({ success: false, at });
  expect(JSON.stringify(wrong.map(([body]) => readPush(body)))).not.toContain('secret');
});
