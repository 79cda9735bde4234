import { expect, test } from 'vitest';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { letIn, takeOut } from './governance.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import { advanceTo, withWorld } from './scene.ts';

interface Between {
  /** What the row shows right after it was asked for in vain, and at the end. */
  readonly asked: string | null | undefined;
  readonly end: string | null | undefined;
  readonly violations: readonly string[];
}

/**
 * A refused edit has its row asked for by name, at a moment when its person may not read it. With `givenBack` they may again before the
 * laptop greets the next time.
 */
async function askedBetween(givenBack: boolean, client: SyncMutants = {}): Promise<Between> {
  let between: Between | undefined;
  await withWorld(
    async (world, ada, bob) => {
      const session_id = listRows(ada.replica.db, 'research_sessions').find(({ title }) => title === 'open');
      const row = transact(ada.replica, { command: 'add' }, (tx) =>
        insertRow(tx, 'evidence', { session_id: session_id?.id ?? '', title: 'before' }),
      ).result;
      const title = () => getRow(bob.replica.db, 'evidence', row)?.title;
      await world.settle(10);
      transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
      const member = listRows(ada.replica.db, 'project_members').find(
        ({ author_id }) => author_id === people.bob,
      );
      transact(ada.replica, { command: 'share' }, (tx) =>
        updateRow(tx, 'project_members', member?.id ?? '', { role: 'reviewer' }),
      );
      await world.cycleOf(ada);
      await advanceTo(world, bob, 'pull');
      expect(takeOut(ada, world.project, people.bob)).toBe(true);
      await world.cycleOf(ada);
      await advanceTo(world, bob, 'rows');
      await world.advance(bob, null);
      const asked = title();
      if (givenBack) {
        letIn(ada, world.project, people.bob);
        await world.cycleOf(ada);
      }
      while (bob.running !== null) await world.advance(bob, null);
      const end = title();
      expect(bob.last?.end).toBe('done');
      await world.settle(10);
      expect(title()).toBe(end);
      between = { asked, end, violations: violations(world) };
    },
    { client },
  );
  if (between === undefined) throw new Error('The scene did not end.');
  return between;
}

test('[P34] a row that was asked for while it could not be read stays, and is mended in the same cycle, where access is given back', async () => {
  expect(await askedBetween(true)).toEqual({ asked: 'mine', end: 'before', violations: [] });
});

test('[P34] [P13] a row that was asked for in vain goes with its scope in the same cycle', async () => {
  expect(await askedBetween(false)).toEqual({ asked: 'mine', end: undefined, violations: [] });
});

test('a planted loss is noticed: a row goes because it was not given', async () => {
  const { asked, violations: found } = await askedBetween(true, { missingTakesAway: true });
  expect(asked).toBeUndefined();
  expect(found).not.toEqual([]);
});
