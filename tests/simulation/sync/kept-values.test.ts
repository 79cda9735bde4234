import { expect, test } from 'vitest';
import { historyOf } from '../../../db/replica/log/history.ts';
import { undo } from '../../../db/replica/log/undo.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../../db/replica/rows/write.ts';
import { keepValue } from '../../../db/replica/sync/kept-cells.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { violations } from './oracles.ts';
import { withWorld } from './scene.ts';
import type { World } from './world.ts';

/** Values that a person keeps from everybody else. */

function add(device: Device, values: { readonly title: string; readonly summary?: string }): string {
  const session = listRows(device.replica.db, 'research_sessions').find(({ title }) => title === 'open');
  return transact(device.replica, { command: 'add' }, (tx) =>
    insertRow(tx, 'evidence', { session_id: session?.id ?? '', ...values }),
  ).result;
}

const titleAt = ({ replica }: Device, id: string) => getRow(replica.db, 'evidence', id)?.title;

function keep(device: Device, id: string, isKept: boolean): boolean {
  return transact(device.replica, { command: 'sync.keepValues' }, (tx) =>
    keepValue(tx, 'evidence', id, 'title', isKept),
  ).result;
}

/** Everything that the server keeps of a row, as text. */
function kept({ edge }: World, id: string): string {
  const { rows, log } = edge.store.tenant;
  return JSON.stringify([[...rows.values()].filter((row) => row.id === id), log], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

test('[P31] [P14] a value that was sent is taken back from everybody, its former self in their histories and the server’s log with it', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, { title: 'the-true-name', summary: 'stays' });
    await world.settle(10);
    expect(titleAt(bob, row)).toBe('the-true-name');
    expect(keep(ada, row, true)).toBe(true);
    expect(keep(ada, row, true)).toBe(false);
    await world.settle(10);
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['the-true-name', null]);
    expect(getRow(bob.replica.db, 'evidence', row)?.summary).toBe('stays');
    expect(JSON.stringify(historyOf(bob.replica.db, 'evidence', row))).not.toContain('the-true-name');
    expect(kept(world, row)).not.toContain('the-true-name');
    expect(violations(world)).toEqual([]);
  });
});

test('[P31] what is written later in its place stays, too, until the person lets it go', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, { title: 'never-sent' });
    keep(ada, row, true);
    await world.settle(10);
    transact(ada.replica, { command: 'edit' }, (tx) =>
      updateRow(tx, 'evidence', row, { title: 'never-sent-either' }),
    );
    // There is nothing to undo in hiding: the last step that can be undone is the edit.
    undo(ada.replica);
    await world.settle(10);
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['never-sent', null]);
    expect(world.network.wire.some(({ text }) => text.includes('never-sent'))).toBe(false);
    keep(ada, row, false);
    await world.settle(10);
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['never-sent', 'never-sent']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P31] nobody hides what others wrote, what is empty, or what a row cannot be without', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada, { title: 'of ada' });
    await world.settle(10);
    expect(() => keep(bob, row, true)).toThrow('written by somebody else');
    const keepColumn = (column: string) =>
      transact(ada.replica, { command: 'sync.keepValues' }, (tx) =>
        keepValue(tx, 'evidence', row, column, true),
      );
    expect(() => keepColumn('summary')).toThrow('is empty');
    for (const column of ['session_id', 'sharing_level', 'tags', 'nonsense'])
      expect(() => keepColumn(column)).toThrow('cannot be hidden by itself');
    await world.settle(10);
    expect(titleAt(bob, row)).toBe('of ada');
    expect(violations(world)).toEqual([]);
  });
});
