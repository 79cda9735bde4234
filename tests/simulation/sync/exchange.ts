import type { Reply, ServerEffect } from '../../../sync/client/effects.ts';
import type { Chance } from './chance.ts';
import type { Device, OnItsWay } from './device.ts';
import type { Fault } from './faults.ts';
import type { ModelTenant } from './model-tenant.ts';
import type { Network, NetworkEvents } from './network.ts';
import { watchServer } from './step-oracles.ts';

/** The world, as far as messages need it. */
export interface Surroundings {
  readonly network: Network;
  readonly tenant: ModelTenant;
  events(): NetworkEvents;
  fire(fault: Fault): void;
  fault(text: string): void;
  count(what: string): void;
  note(text: string): void;
}

/** A message goes on its way. It arrives at once, or when its sender waits for it. */
export async function sendOn(
  world: Surroundings,
  device: Device,
  message: ServerEffect,
  chance: Chance | null,
): Promise<void> {
  const sent: OnItsWay = { message };
  if (message.call === 'push' && device.onTheirWay.length > 0) world.count('two pushes on their way');
  device.onTheirWay.push(sent);
  if (chance?.hits(0.5) === true) await arrive(world, device, sent, chance);
}

/** What came of the oldest message on its way; one behind it may arrive before it. Undefined where the laptop stops. */
export async function receive(
  world: Surroundings,
  device: Device,
  chance: Chance | null,
): Promise<Reply | undefined> {
  const [oldest, younger] = device.onTheirWay;
  if (oldest === undefined) throw new Error('There is nothing to receive for.');
  if (oldest.reply === undefined && younger !== undefined && chance?.hits(0.4) === true) {
    world.fire('pushes swapped');
    await arrive(world, device, younger, chance);
  }
  if (device.running !== null) await arrive(world, device, oldest, chance);
  if (device.running === null) return undefined;
  device.onTheirWay.shift();
  if (younger === undefined) return oldest.reply;
  if (chance?.hits(0.1) === true) {
    world.fire('answer lost');
    oldest.reply = null;
  }
  if (oldest.reply === null) world.count('the first of two unanswered');
  return oldest.reply;
}

async function arrive(
  world: Surroundings,
  device: Device,
  sent: OnItsWay,
  chance: Chance | null,
): Promise<void> {
  if (sent.reply !== undefined) return;
  const reply = await exchange(world, device, sent.message, chance);
  if (reply === undefined) return;
  sent.reply = reply;
  const isBehind = device.onTheirWay[0] !== sent;
  if (isBehind && reply?.text.includes('"code":"GAP"') === true) world.count('a gap behind another');
}

/** A message and what came back; undefined where the laptop stops before it leaves. */
export async function exchange(
  world: Surroundings,
  device: Device,
  message: ServerEffect,
  chance: Chance | null,
): Promise<Reply | undefined> {
  if (chance?.hits(0.005) === true) {
    world.fire('crash');
    device.crash();
    return undefined;
  }
  const { network, tenant } = world;
  const watch = watchServer(device.user, tenant);
  const { length } = network.wire;
  const reply = await network.send(device.user, message, chance, world.events());
  const said = network.wire.slice(length).find(({ way }) => way === 'down');
  for (const fault of watch(said?.text ?? null)) world.fault(fault);
  world.note(`${device.name} ${message.call} ${reply?.status ?? 0}`);
  return reply;
}
