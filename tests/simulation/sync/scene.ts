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

/** Moves a laptop's cycle on until it has sent a message of a kind; the answer is not taken up yet. */
export async function advanceTo(world: World, device: Device, message: string): Promise<void> {
  do await world.advance(device, null);
  while (world.trace.at(-1) !== `${device.name} ${message} 200`);
}
