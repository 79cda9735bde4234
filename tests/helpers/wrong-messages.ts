import fc from 'fast-check';
import type { Json } from '../../db/catalogue/types.ts';
import { canonicalText } from '../../sync/core/value.ts';
import type { PushRequest } from '../../sync/protocol/push-lines.ts';

/** Values that other systems stumble over. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -0,
    Number.MAX_SAFE_INTEGER + 3,
    1e308,
    '',
    '\u0000',
    '\ud800',
    'NaN',
    '9223372036854775808',
    '-1',
    '0000-01-01T00:00:00.000Z',
    '__proto__',
    { $r: 1 },
    JSON.parse('{"__proto__":1}'),
    [],
    {},
    true,
    'user',
    'tenant',
    'session:00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000',
    'f'.repeat(32),
    'f'.repeat(64),
  ),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .integer({ min: 1, max: 400 })
    .map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
);

/**
 * A push as a message in which changes can be made: the transactions themselves, without their texts.
 */
export function plainPush({ transactions, ...head }: PushRequest): Record<string, unknown> {
  return { ...head, transactions: transactions.map(({ tx }) => tx) };
}

/** A message in which changes were made, as it goes over the wire: a push as lines, anything else as JSON. */
export function wireOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('transactions' in message)) return jsonOf(message);
  const { transactions, ...head } = message;
  const lines = Array.isArray(transactions) ? (transactions as unknown[]) : [transactions];
  return [head, ...lines, ''].map((line) => (line === '' ? '' : jsonOf(line))).join('\n');
}

function jsonOf(value: unknown): string {
  return canonicalText(value as Json);
}

/** Where in a push a change is made: anywhere, or among the values that only deeper checks look at. */
const places: readonly (readonly (string | number)[])[] = [
  [],
  ['transactions', 0, 'entries'],
  ['transactions', 0, 'entries', 0, 'values'],
  ['transactions', 0, 'entries', 0, 'values'],
  ['transactions', 0, 'entries', 0, 'values', 25],
  ['transactions', 0, 'entries', 1, 'cells', 0],
  ['transactions', 0, 'entries', 1, 'cells', 1],
  ['transactions', 1, 'entries', 0],
  ['transactions', 2, 'entries', 0],
];

/** A place inside of a message, chosen by numbers, and what is put there; `remove` takes it out, `double` puts it there twice. */
export const change = fc.record({
  focus: fc.constantFrom(...places),
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  value: nasty,
  what: fc.constantFrom('put', 'put', 'put', 'remove', 'double', 'add'),
});

/** The message with a value put in, taken out or doubled somewhere inside of it. */
export function changed(message: unknown, path: readonly number[], value: unknown, what: string): unknown {
  if (message === null || typeof message !== 'object' || path.length === 0) return value;
  const copy = (Array.isArray(message) ? [...(message as unknown[])] : { ...message }) as Record<
    string,
    unknown
  >;
  const keys = Object.keys(copy);
  const key = keys[(path[0] ?? 0) % Math.max(1, keys.length)];
  if (key === undefined || path.length === 1) {
    if (what === 'add')
      return Array.isArray(copy) ? [...(copy as unknown[]), value] : { ...copy, ['__proto__x']: value };
    if (key === undefined) return value;
    if (Array.isArray(copy) && what !== 'put') {
      const list = copy as unknown[];
      return what === 'remove' ? list.filter((_, at) => String(at) !== key) : [...list, list[Number(key)]];
    }
    if (what === 'remove') delete copy[key];
    else copy[key] = value;
    return copy;
  }
  copy[key] = changed(copy[key], path.slice(1), value, what);
  return copy;
}

/** Makes a change below a place of the message. */
export function changedAt(message: unknown, { focus, path, value, what }: ChangeOf): unknown {
  const [key, ...rest] = focus;
  if (key === undefined) return changed(message, path, value, what);
  if (message === null || typeof message !== 'object' || !Object.hasOwn(message, key)) return message;
  const copy = (Array.isArray(message) ? [...(message as unknown[])] : { ...message }) as Record<
    string,
    unknown
  >;
  copy[key] = changedAt(copy[key], { focus: rest, path, value, what });
  return copy;
}

/** One change of a message. */
export interface ChangeOf {
  readonly focus: readonly (string | number)[];
  readonly path: readonly number[];
  readonly value: unknown;
  readonly what: string;
}
