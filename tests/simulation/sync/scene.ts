import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, removeRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Device } from './device.ts';
import { emptyPage } from './network.ts';
import type { Plant } from './planted.ts';
import { World } from './world.ts';

/** A world in which nothing goes wrong of itself, with the laptop that leads the project and one of a member. */
export async function withWorld(
  body: (world: World, ada: Device, bob: Device) => Promise<void>,
  plant: Plant = {},
): Promise<void> {
  const world = new World({ seed: 1, steps: 0, ...plant });
  try {
    await world.begin();
    const [ada, , bob] = world.devices;
    if (ada === undefined || bob === undefined) throw new Error('The simulation has too few laptops.');
    await body(world, ada, bob);
  } finally {
    world.close();
  }
}

/** While it lasts, every pull is answered as by a server that has lost its rows and does not know it. */
export async function withEmptyPages({ edge }: World, act: () => Promise<void>): Promise<void> {
  const answer = edge.answer.bind(edge);
  edge.answer = async (user, call, text) => {
    const reply = await answer(user, call, text);
    return call === 'pull' ? emptyPage(text, reply) : reply;
  };
  await act();
  edge.answer = answer;
}

/** The lead takes a person out of the project. */
export function takeOut(lead: Device, author_id: string): void {
  const members = listRows(lead.replica.db, 'project_members', { orderBy: 'project_members.id' });
  const member = members.find((each) => each.author_id === author_id);
  if (member === undefined) throw new Error('The person is not in the project.');
  transact(lead.replica, { command: 'share' }, (tx) => removeRow(tx, 'project_members', member.id));
}

/** The lead lets a person into the project. */
export function letIn(lead: Device, project_id: string, author_id: string): void {
  transact(lead.replica, { command: 'share' }, (tx) =>
    insertRow(tx, 'project_members', { project_id, author_id, role: 'editor' }),
  );
}
