import { expect, test } from 'vitest';
import { mergedTexts, seeMergedTexts } from '../../../db/replica/exchange/merged-texts.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { people } from './people.ts';
import { withWorld } from './scene.ts';

/** Texts that several people wrote in at the same time. */

function add({ replica }: Device): string {
  const session = listRows(replica.db, 'research_sessions').find(({ title }) => title === 'open');
  return transact(replica, { command: 'add' }, (tx) =>
    insertRow(tx, 'evidence', { session_id: session?.id ?? '', title: 'page' }),
  ).result;
}

function write({ replica }: Device, id: string, words: string): void {
  transact(replica, { command: 'note' }, (tx) => writeText(tx, 'evidence', id, 'notes', words));
}

const notes = ({ replica }: Device, id: string) => getRow(replica.db, 'evidence', id)?.notes;
const told = ({ replica }: Device) => mergedTexts(replica.db);

test('[MR10] words that were merged into a text are told to who had just written there, until they write again or have seen it', async () => {
  await withWorld(async (world, ada, bob) => {
    const row = add(ada);
    write(ada, row, 'one two');
    await world.settle(10);
    expect([told(ada), told(bob)]).toEqual([[], []]);
    write(ada, row, 'zero one two');
    write(bob, row, 'one two three');
    await world.settle(10);
    expect([notes(ada, row), notes(bob, row)]).toEqual(Array(2).fill('zero one two three'));
    expect(told(ada)).toMatchObject([{ entity: 'evidence', row, column: 'notes', authors: [people.bob] }]);
    expect(told(bob)).toMatchObject([{ row, column: 'notes', authors: [people.ada] }]);
    seeMergedTexts(ada.replica.db);
    write(bob, row, 'zero one two three four');
    expect([told(ada), told(bob)]).toEqual([[], []]);
    await world.settle(10);
    expect(told(ada)).toMatchObject([{ row, authors: [people.bob] }]);
  });
});

test('[MR10] neither a text in which one has not written nor another lineage is told as merged', async () => {
  await withWorld(async (world, ada, bob) => {
    const [read, contested] = [add(ada), add(ada)];
    await world.settle(10);
    write(ada, read, 'of ada');
    write(ada, contested, 'first words of ada');
    write(bob, contested, 'first words of bob');
    await world.settle(10);
    expect([told(ada), told(bob)]).toEqual([[], []]);
  });
});
