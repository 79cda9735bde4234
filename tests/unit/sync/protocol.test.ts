import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as auth from '../../../sync/protocol/auth.ts';
import * as exchange from '../../../sync/protocol/exchange.ts';
import * as messages from '../../../sync/protocol/messages.ts';
import * as people from '../../../sync/protocol/people.ts';
import * as notify from '../../../sync/protocol/notify.ts';
import { rowLineSchema } from '../../../sync/protocol/row-state.ts';

/**
 * Fingerprints of the messages' JSON schemas by protocol version. A change of a message needs a new version and a new line here; an old
 * line stays as it is.
 */
const fingerprints: Readonly<Record<number, string>> = {
  1: 'b4336dd50603669f',
  2: '56236af8d111bc42',
  3: 'b2b8f5a65267250e',
  4: '68bd065fadce82f7',
  5: '99cb9f4935fc5232',
  6: '569b44ce303104b0',
  7: '37f164157d17873b',
  8: '6d7e6a15467be52d',
  9: 'c1ed33205d22272a',
  10: 'cebbc73af52d4174',
  11: 'c3eb5d6de69b237f',
  12: 'c26dfa439893c597',
  13: 'aa4e799fc5d57dc5',
  14: 'dc3c083435fad786',
};

const schemas = Object.entries<unknown>({ ...messages, ...exchange, ...auth, ...people, ...notify })
  .flatMap(([name, each]): [string, z.ZodType][] => (each instanceof z.ZodType ? [[name, each]] : []))
  .toSorted(([a], [b]) => (a < b ? -1 : 1));

test('[P1] a message cannot change without a new version of the protocol', () => {
  expect(schemas.length).toBeGreaterThan(12);
  const described = schemas.map(([name, schema]) => [name, z.toJSONSchema(schema)]);
  const fingerprint = createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16);
  expect(fingerprint).toBe(fingerprints[messages.protocolVersion]);
});

test('[P1] messages refuse keys that they do not know', () => {
  const tx = {
    v: 1,
    stamp: 'a'.repeat(32),
    command: 'c',
    origin: 'local',
    schemaVersion: 1,
    entries: [],
    bodies: {},
  };
  const id = '00000000-0000-7000-8000-000000000000';
  const whole = { ...tx, author: id, replica: id };
  expect(exchange.exchangedTransactionSchema.safeParse(whole).success).toBe(true);
  expect(exchange.exchangedTransactionSchema.safeParse({ ...whole, extra: 1 }).success).toBe(false);
  const row = { e: 1, i: id, sc: 'tenant', s: '1', h: 'a'.repeat(32), st: 'live', t: [], cells: {} };
  expect(rowLineSchema.safeParse(row).success).toBe(true);
  expect(rowLineSchema.safeParse({ ...row, x: 1 }).success).toBe(false);
  expect(messages.errorAnswerSchema.safeParse({ code: 'GAP', message: 'm' }).success).toBe(true);
  expect(messages.errorAnswerSchema.safeParse({ code: 'GAP', message: 'm', stack: '' }).success).toBe(false);
});
