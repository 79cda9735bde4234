import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostNested, nestsTooDeep } from '../../../sync/protocol/nesting.ts';
import { firstHash, protocolVersion, type PushHead } from '../../../sync/protocol/messages.ts';
import { pushText, readPush } from '../../../sync/protocol/push-lines.ts';

/** Depth of a value, brackets counted. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function nested(value: unknown, times: number): unknown {
  return times === 0 ? value : nested(times % 2 === 0 ? [value] : { k: value }, times - 1);
}

test('[P17] a text nests too deep just where its value does, whatever its strings hold', () => {
  const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
  const strings = fc.constantFrom('', '"', '\\', '\\"', '[[[[', ']]]]', '{"', '\\\\"[');
  fc.assert(
    fc.property(
      value,
      strings,
      fc.integer({ min: mostNested - 8, max: mostNested + 2 }),
      (inner, word, times) => {
        const made = nested([inner, word, { [word]: word }], times);
        expect(nestsTooDeep(JSON.stringify(made))).toBe(depthOf(made) > mostNested);
      },
    ),
  );
});

test('[P17] brackets without an end are too deep, strings without an end are not', () => {
  expect(nestsTooDeep('['.repeat(mostNested + 1))).toBe(true);
  expect(nestsTooDeep('['.repeat(mostNested))).toBe(false);
  expect(nestsTooDeep(`"${'['.repeat(10_000)}`)).toBe(false);
  expect(nestsTooDeep(`"\\"${'['.repeat(10_000)}"`)).toBe(false);
});

test('[P17] a push of endless lines, or of a line that nests endlessly, takes no memory that would be worth the sending', () => {
  const id = '00000000-0000-7000-8000-00000000000a';
  const head: PushHead = {
    v: protocolVersion,
    client: id,
    epoch: id,
    first: '1',
    previousHash: firstHash,
    hash: firstHash,
  };
  const open = '['.repeat(16_000_000);
  const before = process.memoryUsage.rss();
  for (const [body, at] of [
    ['\n'.repeat(16_000_000), ''],
    [open, ''],
    [pushText(head, ['', '\n'.repeat(16_000_000)]), 'transactions'],
    [pushText(head, [open]), 'transactions.0'],
  ] as const)
    expect(readPush(body)).toMatchObject({ success: false, at });
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(200);
});
