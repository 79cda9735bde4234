import { expect, test } from 'vitest';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../../db/replica/rows/write.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { takeOut } from './governance.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import { restore } from './restore.ts';
import { advanceTo, withWorld } from './scene.ts';

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

function sessionOf({ replica }: Device): string {
  const sessions = listRows(replica.db, 'research_sessions', { orderBy: 'research_sessions.id' });
  return sessions.find(({ title }) => title === 'open')?.id ?? '';
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
    expect(takeOut(ada, world.project, people.bob)).toBe(true);
    await world.settle(10);
    const kept = listInbox(bob.replica.db).filter(({ payload }) =>
      JSON.stringify(payload).includes('of bob'),
    );
    expect(kept.map(({ kind }) => kind)).toEqual(['revoked']);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR20] an edit of a row that went with the server and with the laptop that wrote it waits for the row, and does not show it', async () => {
  await withWorld(async (world, ada, bob) => {
    const before = world.tenant.copy();
    const old = ada.bytes();
    const row = transact(ada.replica, { command: 'add' }, (tx) =>
      insertRow(tx, 'evidence', { session_id: sessionOf(ada), title: 'found' }),
    ).result;
    await world.settle(10);
    ada.reopen(old, true);
    await restore(world.edge, before, otherEpoch);
    do await world.advance(bob, null);
    while (world.trace.at(-1) !== 'bob digest 200');
    // Between the page that left it out and the one that takes it away.
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
    expect(await world.settle(10)).not.toBeNull();
    expect(titleAt(bob, row)).toBeUndefined();
    expect(violations(world)).toEqual([]);
  });
});

test('[P13] a session that was made here and pushed is given up with its project, though nobody had asked about it since', async () => {
  await withWorld(async (world, ada, bob) => {
    await world.settle(10);
    const made = transact(bob.replica, { command: 'add' }, (tx) =>
      insertRow(tx, 'research_sessions', {
        project_id: world.project,
        title: 'made by Bob',
        research_question: 'Who may keep it?',
      }),
    ).result;
    await advanceTo(world, bob, 'push');
    expect(takeOut(ada, world.project, people.bob)).toBe(true);
    await world.cycleOf(ada);
    await world.settle(10);
    expect(getRow(ada.replica.db, 'research_sessions', made)).toMatchObject({ title: 'made by Bob' });
    expect(getRow(bob.replica.db, 'research_sessions', made)).toBeUndefined();
    expect(violations(world)).toEqual([]);
  });
});
