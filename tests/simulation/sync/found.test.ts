import { expect, test } from 'vitest';
import { dismissConflicts, listConflicts } from '../../../db/replica/exchange/conflicts.ts';
import { undo } from '../../../db/replica/log/undo.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import { insertChunks } from '../../../db/replica/search-chunks.ts';
import { decideInbox } from '../../../db/replica/sync/decide-inbox.ts';
import { listInbox, waitingFor } from '../../../db/replica/sync/inbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { endRow } from './beginning.ts';
import type { Device } from './device.ts';
import { changePolicy, letIn, takeOut } from './governance.ts';
import { Chance } from './chance.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import { restore } from './restore.ts';
import { run } from './run.ts';
import { advanceTo, withEmptyPages, withWorld } from './scene.ts';

/** Losses that random histories found, each in as few words as it can be told. */

function add(device: Device, title: string): string {
  const session = listRows(device.replica.db, 'research_sessions', { orderBy: 'research_sessions.id' }).find(
    (each) => each.title === 'open',
  );
  return transact(device.replica, { command: 'add' }, (tx) =>
    insertRow(tx, 'evidence', { session_id: session?.id ?? '', title }),
  ).result;
}

const titleAt = ({ replica }: Device, id: string) => getRow(replica.db, 'evidence', id)?.title;

test('what went to the inbox with a scope and is sent again after the scope has come back arrives', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(bob, 'before');
    await world.settle(10);
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'unsent' }));
    expect(takeOut(ada, world.project, people.bob)).toBe(true);
    await world.settle(10);
    expect(titleAt(bob, row)).toBeUndefined();
    letIn(ada, world.project, people.bob);
    await world.settle(10);
    const [item] = listInbox(bob.replica.db);
    expect(item).toMatchObject({ kind: 'revoked' });
    decideInbox(bob.replica, item?.n ?? 0, 'retried');
    await world.settle(10);
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['unsent', 'unsent']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P13] rules that change between a greeting and a page take nothing away: the page says only that the scope begins anew', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(bob, 'found');
    await world.settle(10);
    changePolicy(world.tenant, new Chance(3));
    await advanceTo(world, ada, 'hello');
    changePolicy(world.tenant, new Chance(3));
    await advanceTo(world, ada, 'pull');
    await world.advance(ada, null);
    expect(titleAt(ada, row)).toBe('found');
  });
});

test('[P26] a page that brings nothing of a scope that begins anew takes nothing away: the server’s own count says otherwise', async () => {
  await withWorld(async (world, ada, bob) => {
    const before = world.tenant.copy();
    const row = add(bob, 'found');
    await world.settle(10);
    changePolicy(world.tenant, new Chance(3));
    await withEmptyPages(world, () => world.cycleOf(bob));
    expect([titleAt(bob, row), bob.last?.end]).toEqual(['found', 'bad-answer']);
    // Nothing but the laptop holds it by now.
    await restore(world.edge, before, new Chance(1).id(world.nextId()));
    await world.settle(10);
    expect([titleAt(bob, row), titleAt(ada, row)]).toEqual(['found', 'found']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P30] a page for another file under the same name is not taken for the file’s own', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, 'before');
    await world.settle(10);
    world.pass(1000);
    const clone = world.addDevice("bob'", bob.user, bob.bytes());
    await advanceTo(world, clone, 'hello');
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'after' }));
    await world.cycleOf(bob);
    await advanceTo(world, clone, 'pull');
    await world.advance(clone, null);
    await world.settle(10);
    expect([titleAt(bob, row), titleAt(clone, row)]).toEqual(['after', 'after']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P11] what somebody else wrote under an own version arrives, though a page had passed its number', async () => {
  await withWorld(async (world, ada, bob) => {
    world.pass(1000);
    const row = add(ada, 'found');
    await world.settle(10);
    world.pass(1000);
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { summary: 'theirs' }));
    // More than a page: its end lies above the number that the row has left when it comes.
    for (let at = 0; at < 14; at += 1) add(bob, `beside ${at}`);
    await world.cycleOf(bob);
    world.pass(1000);
    transact(ada.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
    await world.settle(10);
    expect(getRow(ada.replica.db, 'evidence', row)).toMatchObject({ title: 'mine', summary: 'theirs' });
    expect(violations(world)).toEqual([]);
  });
});

test('[P21] a scope of which the last numbers were forgotten is fetched anew once, and not at every sync', async () => {
  await withWorld(async (world, ada) => {
    const row = add(ada, 'found');
    expect(world.edge.store.collectTombstones(() => true)).toBe(1);
    expect(await world.settle(6)).not.toBeNull();
    expect(world.devices.map((device) => titleAt(device, row))).toEqual([
      'found',
      'found',
      'found',
      undefined,
    ]);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR16] an undo leaves what stands in the trash, or the row would live again for everybody else', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, 'found');
    await world.settle(10);
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
    await world.settle(10);
    transact(ada.replica, { command: 'remove' }, (tx) => removeRow(tx, 'evidence', row));
    await world.settle(10);
    expect(undo(bob.replica)?.skipped).toEqual([{ entity: 'evidence', id: row, columns: ['title'] }]);
    await world.settle(10);
    expect(getRow(bob.replica.db, 'evidence', row)).toMatchObject({ title: 'mine', _deleted: true });
    expect(violations(world)).toEqual([]);
  });
});

test('[MR17] of a row that was purged so long ago that its tombstone is gone, only work that no server took stays in the history', async () => {
  const kept = new Set([4, 5, 8, 10, 17, 18, 21, 22, 25, 26, 27, 28, 29, 31, 33, 34, 36, 53, 55, 57, 59]);
  const without = new Set(Array.from({ length: 60 }, (_, at) => at).filter((at) => !kept.has(at)));
  expect((await run({ seed: 21422, steps: 60, without })).faults).toEqual([]);
});

test('[MR17] passages of a row that was purged so long ago that its tombstone is gone leave the search of whoever edited it', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, 'found');
    await world.settle(10);
    const { db } = bob.replica;
    const session = getRow(db, 'evidence', row)?.session_id ?? '';
    insertChunks(db.sqlite, {
      evidence: idToBlob(row),
      session: idToBlob(session),
      extraction: null,
      title: 'found',
      chunks: [{ start: 0, end: 5, page: null, text: 'found' }],
    });
    const edit = (title: string) =>
      transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title }));
    edit('late');
    endRow(ada, row);
    await world.cycleOf(ada);
    world.edge.store.collectTombstones(() => true);
    await advanceTo(world, bob, 'digest');
    await advanceTo(world, bob, 'pull');
    const [refused] = listInbox(db);
    expect(refused).toMatchObject({ code: 'PURGED', payload: null });
    expect(decideInbox(bob.replica, refused?.n ?? 0, 'retried')).toBe(false);
    expect(listInbox(db)).toEqual([refused]);
    expect(waitingFor(db, row)).toEqual([]);
    const chunks = () =>
      db.statements.value<number>('SELECT count(*) FROM chunks WHERE evidence = ?', idToBlob(row));
    expect(chunks()).toBe(1);
    // Waits while the row goes.
    edit('later');
    while (bob.running !== null) await world.advance(bob, null);
    await world.settle(10);
    expect([titleAt(bob, row), chunks()]).toEqual([undefined, 0]);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR13] two who said the same meet a conflict once a policy hides one from the other: a hidden value cannot be told from what is seen', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(bob, 'found');
    await world.settle(10);
    for (const { replica } of [ada, bob])
      transact(replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { author: 'same' }));
    await world.settle(10);
    expect(listConflicts(ada.replica.db, row)).toEqual([]);
    expect(changePolicy(world.tenant, new Chance(7))).toBe('policy tightened');
    await world.settle(10);
    const hidden = world.devices.flatMap(({ replica }) => listConflicts(replica.db, row));
    expect(hidden.map(({ column }) => column)).toEqual(['author', 'author']);
    expect(violations(world)).toEqual([]);
    const [conflict] = listConflicts(ada.replica.db, row);
    if (conflict === undefined) throw new Error('Nothing is hidden.');
    const { cell, stamp } = conflict;
    transact(ada.replica, { command: 'dismiss' }, (tx) =>
      dismissConflicts(tx, 'evidence', row, cell, [stamp]),
    );
    await world.settle(10);
    expect(listConflicts(ada.replica.db, row)).toEqual([]);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR22] what is too large in one piece falls back to what the server has, and what is written over it meets no conflict', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(bob, 'small');
    await world.settle(10);
    transact(bob.replica, { command: 'edit' }, (tx) =>
      updateRow(tx, 'evidence', row, { title: 'too large' }),
    );
    const { edge } = world;
    const answer = edge.answer.bind(edge);
    edge.answer = async (user, call, text) =>
      call === 'push' && text.includes('"too large"')
        ? { status: 413, text: '{"code":"TOO_LARGE","message":"too large"}' }
        : answer(user, call, text);
    bob.pace = { batch: 1, failures: 0 };
    await world.settle(10);
    expect(titleAt(bob, row)).toBe('small');
    expect(listInbox(bob.replica.db)).toMatchObject([{ kind: 'rejected', code: 'TOO_LARGE' }]);
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'again' }));
    await world.settle(10);
    expect(titleAt(ada, row)).toBe('again');
    expect(violations(world)).toEqual([]);
  });
});

test('[P13] a lead who takes back the making of a project takes its members out: what they gave up is not asked of them after a restore', async () => {
  await withWorld(async (world, ada, bob) => {
    const before = world.tenant.copy();
    const row = add(bob, 'given up');
    await world.settle(10);
    undo(ada.replica);
    await world.settle(10);
    expect(titleAt(bob, row)).toBeUndefined();
    await restore(world.edge, before, new Chance(1).id(world.nextId()));
    world.fire('server restored');
    await world.settle(10);
    expect(violations(world)).toEqual([]);
  });
});

test('[MR30] what was refused and is sent again is shown at once, before the server is asked', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(bob, 'before');
    await world.settle(10);
    const member = listRows(ada.replica.db, 'project_members').find(
      ({ author_id }) => author_id === people.bob,
    );
    await advanceTo(world, bob, 'hello');
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
    transact(ada.replica, { command: 'share' }, (tx) =>
      updateRow(tx, 'project_members', member?.id ?? '', { role: 'reviewer' }),
    );
    await world.cycleOf(ada);
    await world.settle(10);
    const [item] = listInbox(bob.replica.db);
    expect([titleAt(bob, row), item?.kind]).toEqual(['before', 'rejected']);
    decideInbox(bob.replica, item?.n ?? 0, 'retried');
    expect(titleAt(bob, row)).toBe('mine');
    await world.settle(10);
    expect(violations(world)).toEqual([]);
  });
});
