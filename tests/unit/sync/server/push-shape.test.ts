import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../../db/catalogue/types.ts';
import { protocolVersion, pushRequestSchema } from '../../../../sync/protocol/messages.ts';
import { isPush } from '../../../../sync/server/http/push-shape.ts';

const seed = 20261121;
const hexadecimal = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits });
const stamp = hexadecimal(32);
const id = hexadecimal(32).map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
const sequence = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }).map(String);
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
const request = fc.record({
  v: fc.constant(protocolVersion),
  client: id,
  epoch: id,
  first: sequence,
  previousHash: hexadecimal(64),
  mutations: fc.array(fc.record({ m: sequence, tx: transaction }), { minLength: 1, maxLength: 3 }),
  hash: hexadecimal(64),
});

/** As it comes off the wire: own properties only, whatever their names. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('[P1] what the quick look takes for a push the schema takes as it is', () => {
  let taken = 0;
  let made = 0;
  fc.assert(
    fc.property(request, (push) => {
      const body = sent(push);
      const judged = pushRequestSchema.safeParse(body);
      made += judged.success ? 1 : 0;
      if (!isPush(body)) return;
      taken += 1;
      expect(judged.success && judged.data).toEqual(body);
    }),
    { seed, numRuns: 400 },
  );
  // It is of no use where it leaves pushes to the schema; keys like “__proto__” are left to it.
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

test('[P1] a push that was altered anywhere is never taken for one that the schema refuses', () => {
  let refused = 0;
  fc.assert(
    fc.property(request, fc.nat(), fc.nat(), fc.nat(2), odd, (push, where, which, how, value) => {
      const body = sent(push);
      const all = holders(body);
      const holder = all[where % all.length] as Record<string, unknown>;
      const keys = Object.keys(holder);
      const key = keys[which % Math.max(1, keys.length)];
      if (how === 0 || key === undefined) holder[Array.isArray(holder) ? keys.length : 'extra'] = value;
      else if (how === 1 && !Array.isArray(holder)) delete holder[key];
      else holder[key] = value;
      const judged = pushRequestSchema.safeParse(body);
      if (!judged.success) refused += 1;
      if (isPush(body)) expect(judged.success && judged.data).toEqual(body);
    }),
    { seed, numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});
