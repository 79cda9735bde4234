import { expect, test } from 'vitest';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { purge } from '../../../db/replica/log/purge.ts';
import { insertRow, removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { Chance } from './chance.ts';
import { crashEverywhere } from './crash-points.ts';
import type { Device } from './device.ts';
import { changePolicy } from './governance.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import type { Plant } from './planted.ts';
import { withEmptyPages, withWorld } from './scene.ts';
import type { StoreMutants } from './store-mistakes.ts';
import { writeNotes } from './workload.ts';

/** Known losses that random histories meet too seldom to pin a seed to: each is told step by step. */

function addRows(device: Device, count: number): string {
  const sessions = listRows(device.replica.db, 'research_sessions', { orderBy: 'research_sessions.id' });
  const session_id = sessions.find((each) => each.title === 'open')?.id ?? '';
  const ids = transact(device.replica, { command: 'add' }, (tx) =>
    Array.from({ length: count }, (_, at) => insertRow(tx, 'evidence', { session_id, title: `t${at}` })),
  ).result;
  return ids[0] ?? '';
}

test('a planted loss is noticed: 12, a refusal is taken up in several transactions', async () => {
  const client = { answerInPieces: true };
  const planted = await crashEverywhere({ every: 1, only: 'pushed', client, untilFault: true });
  expect(planted.faults).not.toEqual([]);
}, 300_000);

/** A scope begins anew, and the page that should bring its rows says that there are none. */
async function emptied(client: SyncMutants): Promise<string[]> {
  let found: string[] = [];
  await withWorld(
    async (world, ada, bob) => {
      addRows(bob, 14);
      await world.settle(10);
      changePolicy(world.tenant, new Chance(3));
      await withEmptyPages(world, () => world.cycleOf(ada));
      await world.settle(10);
      found = violations(world);
    },
    { client },
  );
  return found;
}

test('a planted loss is noticed: 13, much is taken away without a question', async () => {
  expect(await emptied({ brakeReleased: true })).not.toEqual([]);
  expect(await emptied({})).toEqual([]);
});

/** Two people begin the same text before they have heard of each other. */
async function begunTwice(lineageShared: boolean): Promise<string[]> {
  let found: string[] = [];
  await withWorld(async (world, ada, bob) => {
    const id = addRows(ada, 1);
    await world.settle(10);
    for (const device of [ada, bob]) writeNotes(device, id, device.name, lineageShared);
    await world.settle(10);
    found = violations(world);
  });
  return found;
}

test('a planted loss is noticed: 20, a text is begun twice under one lineage', async () => {
  expect(await begunTwice(true)).not.toEqual([]);
  expect(await begunTwice(false)).toEqual([]);
});

/** Words that were written before their row ended for good reach the server after it. */
async function lateForPurged(server: StoreMutants): Promise<string[]> {
  let found: string[] = [];
  await withWorld(
    async (world, ada, bob) => {
      const id = addRows(ada, 1);
      await world.settle(10);
      transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { title: 'late' }));
      transact(ada.replica, { command: 'remove' }, (tx) => removeRow(tx, 'evidence', id));
      purge(ada.replica, [{ entity: 'evidence', id }], () => undefined, '/dev/null');
      await world.cycleOf(ada);
      await world.settle(10);
      found = violations(world);
    },
    { server },
  );
  return found;
}

test('a planted loss is noticed: 29, what comes late for a purged row brings it back', async () => {
  expect(await lateForPurged({ purgeForgotten: true })).not.toEqual([]);
  expect(await lateForPurged({})).toEqual([]);
});

/** A file and its copy, which nobody noticed, each number one edit; both arrive under the same client and the same number. */
async function copied(plant: Plant): Promise<string[]> {
  let found: string[] = [];
  await withWorld(async (world, _, bob) => {
    const copy = world.addDevice('copy', bob.user, bob.bytes());
    for (const device of [bob, copy]) addRows(device, 1);
    // The copy has given its edit a number when its network fails; the other's edit arrives under the same one.
    const { edge } = world;
    const answer = edge.answer.bind(edge);
    edge.answer = async (user, call, text) => (call === 'push' ? null : answer(user, call, text));
    await world.cycleOf(copy);
    edge.answer = answer;
    await world.cycleOf(bob);
    await world.settle(10);
    found = violations(world);
  }, plant);
  return found;
}

test('a planted loss is noticed: 10, numbers alone say what came before', async () => {
  const plant = { client: { chainIgnored: true }, edge: { hashesIgnored: true } };
  expect(await copied(plant)).not.toEqual([]);
  expect(await copied({})).toEqual([]);
});

/** An edit of somebody who may only read by the time that it arrives. */
async function refusedEdit(client: SyncMutants): Promise<string[]> {
  let found: string[] = [];
  await withWorld(
    async (world, ada, bob) => {
      const id = addRows(ada, 1);
      await world.settle(10);
      transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { title: 'refused' }));
      const members = listRows(ada.replica.db, 'project_members', { orderBy: 'project_members.id' });
      const member = members.find(({ author_id }) => author_id === people.bob);
      transact(ada.replica, { command: 'share' }, (tx) =>
        updateRow(tx, 'project_members', member?.id ?? '', { role: 'reader' }),
      );
      await world.settle(10);
      found = violations(world);
    },
    { client },
  );
  return found;
}

test('a planted loss is noticed: a refused transaction stays shown', async () => {
  expect(await refusedEdit({ refusalStaysShown: true })).not.toEqual([]);
  expect(await refusedEdit({})).toEqual([]);
});

/** A file is put back as it was before a row was purged, when every trace of that row is forgotten. */
async function putBack(server: StoreMutants): Promise<string[]> {
  let found: string[] = [];
  await withWorld(
    async (world, ada, bob) => {
      const id = addRows(ada, 1);
      await world.settle(10);
      const before = bob.bytes();
      transact(ada.replica, { command: 'remove' }, (tx) => removeRow(tx, 'evidence', id));
      purge(ada.replica, [{ entity: 'evidence', id }], () => undefined, '/dev/null');
      await world.settle(10);
      expect(world.edge.store.collectTombstones(() => false)).toBeGreaterThan(0);
      const older = world.addDevice('older', bob.user, before);
      expect(getRow(older.replica.db, 'evidence', id)).toBeDefined();
      await world.settle(10);
      expect(getRow(older.replica.db, 'evidence', id)).toBeUndefined();
      found = violations(world);
    },
    { server },
  );
  return found;
}

test('a planted loss is noticed: it is not said up to where tombstones are gone', async () => {
  expect(await putBack({ floorForgotten: true })).not.toEqual([]);
  expect(await putBack({})).toEqual([]);
});
