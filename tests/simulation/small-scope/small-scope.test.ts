import { beforeAll, describe, expect, test } from 'vitest';
import { type Beginning, beginning } from './beginning.ts';
import { explore } from './explore.ts';
import { type ScopeName, scopes } from './scope.ts';
import type { Plant } from '../sync/planted.ts';

/** Milliseconds of one search on a computer that does other things too; alone it takes some seconds. */
const limit = 240_000;

describe('every history within a small scope', () => {
  let start: Beginning;

  beforeAll(async () => {
    start = await beginning();
  });

  test(
    '[MR19] [MR20] [MR28] [MR29] [MR30] [P8] two people edit the same row, and their messages come in every order',
    async () => {
      const found = await explore({ scope: scopes.order, beginning: start });
      expect(found.fault).toBeNull();
      expect(found.complete).toBe(true);
      // A search that became smaller without anybody saying so proves less.
      expect(found.histories).toBeGreaterThan(7000n);
    },
    limit,
  );

  test.each<[name: string, scope: ScopeName, plant: Plant, fault: RegExp]>([
    ['a pulled row replaces what waits', 'order', { client: { pendingNotRebased: true } }, /^MR19/],
    ['a row is kept without the writes that lost', 'order', { server: { keptWithoutLosers: true } }, /^V2/],
    ['the cursor passes over what the page did not reach', 'pages', { edge: { cursorToHead: true } }, /^I1/],
    [
      'what was sent and not answered is never sent again',
      'fault',
      { client: { inFlightStuck: true } },
      /^V/,
    ],
    [
      'what was acknowledged is not sent to a restored server',
      'restore',
      { client: { ackedForgotten: true } },
      /^V2/,
    ],
  ])(
    'a planted mistake is noticed: %s',
    async (_, name, plant, fault) => {
      const found = await explore({ scope: scopes[name], beginning: start, plant, most: 3000 });
      expect(found.fault?.texts[0]).toMatch(fault);
    },
    limit,
  );
});
