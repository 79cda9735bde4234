import { purge } from '../../../db/replica/log/purge.ts';
import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, removeRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { people } from './people.ts';
import type { Taints } from './workload.ts';

/** What a beginning needs of a world. */
interface Beginner {
  readonly taints: Taints;
  addDevice(name: string, user: string): Device;
  cycleOf(device: Device): Promise<void>;
  settle(rounds: number): Promise<number | null>;
}

/**
 * People with their laptops, a shared project with two sessions, one session that stays on its laptop, and a row that a member has and that
 * is ended for good: its tombstone waits for that member, and for whoever has the older file. Answers with the projects.
 */
export async function beginAnew(world: Beginner): Promise<readonly [string, string]> {
  const ada = world.addDevice('ada', people.ada);
  const ada2 = world.addDevice('ada2', people.ada);
  world.addDevice('bob', people.bob);
  world.addDevice('cyd', people.cyd);
  const projects = makeProjects(ada, world.taints.local);
  await world.settle(3);
  const word = 'PURGED-at-first';
  const id = makeRowToEnd(ada, word);
  await world.settle(3);
  endRow(ada, id);
  world.taints.purged.set(id, word);
  await world.cycleOf(ada);
  await world.cycleOf(ada2);
  return projects;
}

/**
 * What a lead begins with: a project that is shared, with two sessions, one of them for its lead alone, and one that stays on this laptop,
 * whose `words` nobody else may see; and another project. Answers with both.
 */
function makeProjects({ replica }: Device, words: string): readonly [string, string] {
  return transact(replica, { command: 'begin' }, (tx): [string, string] => {
    const project = insertRow(tx, 'projects', { name: 'Shared', owner_id: replica.author });
    insertRow(tx, 'project_members', { project_id: project, author_id: people.bob, role: 'editor' });
    const session = { project_id: project, research_question: 'Q' };
    insertRow(tx, 'research_sessions', { ...session, title: 'open' });
    insertRow(tx, 'research_sessions', { ...session, title: 'closed', restricted: true });
    insertRow(tx, 'research_sessions', {
      ...session,
      title: 'local',
      research_question: words,
      local_only: true,
    });
    const other = insertRow(tx, 'projects', { name: 'Other', owner_id: replica.author });
    insertRow(tx, 'project_members', { project_id: other, author_id: people.cyd, role: 'editor' });
    return [project, other];
  }).result;
}

/** A row that will be ended for good, in the session that is open. Nothing of it is to be undone by the histories that follow. */
function makeRowToEnd({ replica }: Device, title: string): string {
  const open = listRows(replica.db, 'research_sessions').find((session) => session.title === 'open');
  return transact(replica, { command: 'add', origin: 'migration' }, (tx) =>
    insertRow(tx, 'evidence', { session_id: open?.id ?? '', title }),
  ).result;
}

/** Ends a row for good. */
export function endRow({ replica }: Device, id: string): void {
  transact(replica, { command: 'remove', origin: 'migration' }, (tx) => removeRow(tx, 'evidence', id));
  purge(replica, [{ entity: 'evidence', id }], () => undefined, '/dev/null');
}
