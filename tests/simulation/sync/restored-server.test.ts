import { expect, test } from 'vitest';
import { getRow } from '../../../db/replica/rows/read.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import { restore } from './restore.ts';
import { run } from './run.ts';
import { takeOut, withWorld } from './scene.ts';

const otherEpoch = '00000000-0000-7000-8000-0000000000e9';

function addSessionWithRow(device: Device, project_id: string): string {
  return transact(device.replica, { command: 'add' }, (tx) => {
    const session_id = insertRow(tx, 'research_sessions', {
      project_id,
      title: 'new',
      research_question: 'Q',
    });
    return insertRow(tx, 'evidence', { session_id, title: 'found' });
  }).result;
}

const titleAt = ({ replica }: Device, id: string) => getRow(replica.db, 'evidence', id)?.title;

test('[MR21] a server restored from before a session was made gets it back from the laptop that made it', async () => {
  await withWorld(async (world, ada, bob) => {
    const before = world.tenant.copy();
    const row = addSessionWithRow(bob, world.project);
    await world.settle(10);
    expect(titleAt(ada, row)).toBe('found');
    await restore(world.edge, before, otherEpoch);
    expect(await world.settle(10)).not.toBeNull();
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['found', 'found']);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR21] what a restored server lost together with the right to write it waits in the inbox with its values', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = addSessionWithRow(ada, world.project);
    await world.settle(10);
    const without = world.tenant.copy();
    transact(bob.replica, { command: 'add' }, (tx) => {
      const session_id = getRow(bob.replica.db, 'evidence', row)?.session_id ?? '';
      insertRow(tx, 'evidence', { session_id, title: 'of bob' });
    });
    await world.settle(10);
    await restore(world.edge, without, otherEpoch);
    takeOut(ada, people.bob);
    await world.settle(10);
    const kept = listInbox(bob.replica.db).filter(({ payload }) =>
      JSON.stringify(payload).includes('of bob'),
    );
    expect(kept.map(({ kind }) => kind)).toEqual(['revoked']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P13] a session that was made here and pushed is given up with its project, though nobody had asked about it since', async () => {
  expect((await run({ seed: 13, steps: 60 })).faults).toEqual([]);
});
