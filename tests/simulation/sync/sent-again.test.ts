import { expect, test } from 'vitest';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../../db/replica/rows/write.ts';
import { decideInbox } from '../../../db/replica/sync/decide-inbox.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { endRow } from './beginning.ts';
import type { Device } from './device.ts';
import { violations } from './oracles.ts';
import { people } from './people.ts';
import { withWorld } from './scene.ts';

/** What a person sends again from the inbox. */

/** Evidence with these titles, in the session that everybody may read. */
function add({ replica }: Device, titles: readonly string[]): string[] {
  const session = listRows(replica.db, 'research_sessions').find(({ title }) => title === 'open')?.id ?? '';
  return transact(replica, { command: 'add' }, (tx) =>
    titles.map((title) => insertRow(tx, 'evidence', { session_id: session, title })),
  ).result;
}

const titleAt = ({ replica }: Device, id: string) => getRow(replica.db, 'evidence', id)?.title;

test('[MR17] [MR22] what was done to other rows in the same step as to a purged one is kept, and can be sent again', async () => {
  await withWorld(async (world, ada, bob) => {
    const [gone = '', stays = ''] = add(ada, ['before', 'before']);
    await world.settle(10);
    endRow(ada, gone);
    await world.cycleOf(ada);
    transact(bob.replica, { command: 'edit' }, (tx) => {
      updateRow(tx, 'evidence', gone, { title: 'of what is gone' });
      updateRow(tx, 'evidence', stays, { title: 'of what stays' });
    });
    await world.settle(10);
    expect([titleAt(bob, gone), titleAt(bob, stays)]).toEqual([undefined, 'before']);
    const [item] = listInbox(bob.replica.db);
    expect(item?.code).toBe('PURGED');
    expect(JSON.stringify(item?.payload)).toContain('of what stays');
    expect(JSON.stringify(item?.payload)).not.toContain('of what is gone');
    expect(decideInbox(bob.replica, item?.n ?? 0, 'retried')).toBe(true);
    await world.settle(10);
    expect([titleAt(ada, gone), titleAt(ada, stays)]).toEqual([undefined, 'of what stays']);
    expect([titleAt(bob, gone), titleAt(bob, stays)]).toEqual([undefined, 'of what stays']);
    expect(violations(world)).toEqual([]);
  });
});

test('[P6] what was refused and is sent again is judged by what holds then', async () => {
  await withWorld(async (world, ada, bob) => {
    const [row = ''] = add(bob, ['before']);
    await world.settle(10);
    const member = listRows(ada.replica.db, 'project_members').find(({ author_id: id }) => id === people.bob);
    const letIn = (role: 'reviewer' | 'editor') =>
      transact(ada.replica, { command: 'share' }, (tx) =>
        updateRow(tx, 'project_members', member?.id ?? '', { role }),
      );
    transact(bob.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', row, { title: 'mine' }));
    letIn('reviewer');
    await world.cycleOf(ada);
    const sendAgain = async () => {
      await world.settle(10);
      const [item] = listInbox(bob.replica.db);
      expect(item?.code).toBe('FORBIDDEN');
      expect(decideInbox(bob.replica, item?.n ?? 0, 'retried')).toBe(true);
      await world.settle(10);
    };
    await sendAgain();
    expect(titleAt(ada, row)).toBe('before');
    letIn('editor');
    await sendAgain();
    expect([titleAt(ada, row), titleAt(bob, row)]).toEqual(['mine', 'mine']);
    expect(listInbox(bob.replica.db)).toEqual([]);
    expect(violations(world)).toEqual([]);
  });
});
