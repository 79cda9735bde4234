import { schemaVersion } from '../../../db/replica/migrations/registry.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import { enrol } from '../../../db/replica/sync/enrol.ts';
import { writeSync } from '../../../db/replica/sync/meta.ts';
import type { Chance } from './chance.ts';
import { type Device, tenantId } from './device.ts';
import { changeAccess, changePolicy, letIn, moveSession, takeOut } from './governance.ts';
import { newerBuild } from './newer-build.ts';
import { people } from './people.ts';
import { keepServer, restoreServer } from './restore.ts';
import { work } from './workload.ts';
import type { World } from './world.ts';

type Misfortune = (world: World, device: Device, chance: Chance) => void | Promise<void>;

/** Ten years, in milliseconds. */
const decade = 315_360_000_000;

/** What befalls laptops, the server and the people around them, beside what befalls their messages. */
const misfortunes: readonly Misfortune[] = [
  cloneFile,
  (world, device) => {
    world.backups.set(device.name, device.bytes());
  },
  restoreFile,
  keepServer,
  (world, _, chance) => restoreServer(world, chance),
  (world, device, chance) => {
    world.fire('clock jumped');
    device.offset = chance.pick([0, decade, -decade, 86_400_000]) ?? 0;
  },
  access,
  access,
  access,
  (world, _, chance) => {
    world.fire(changePolicy(world.tenant, chance));
    if (world.isBusy()) world.fire('policy changed mid-cycle');
  },
  async (world) => {
    world.fire('backup made');
    for (const [id, client] of world.tenant.clients)
      world.tenant.clients.set(id, { ...client, backedUp: client.lastMutation });
    await keepServer(world);
  },
  (world) => world.network.deliverLate(),
  (_, device) => device.crash(),
  async (world, _, chance) => {
    if (await newerBuild(world.edge, chance, () => world.nextId())) world.fire('newer build');
  },
  (world, _, chance) => {
    if (moveSession(world.devices[0], world.projects, chance)) world.fire('session moved');
  },
  (world, _, chance) => {
    world.fire('storm');
    world.network.beginStorm(chance);
  },
  (world, _, chance) => world.network.splice(chance, world.events()),
  (world, _, chance) => foreignTenant(world, chance),
  otherUser,
  (world, device) => {
    const client = device.client();
    const known = client === undefined ? undefined : world.tenant.clients.get(client);
    if (known === undefined) return;
    world.fire('client retired');
    world.tenant.clients.set(known.client, { ...known, retired: true });
  },
  monthsPass,
  changeBuild,
  suspend,
];

/** Something goes wrong that is no message's fault. */
export async function misfortune(world: World, device: Device, chance: Chance): Promise<void> {
  await chance.pick(misfortunes)?.(world, device, chance);
}

/**
 * A laptop's file is copied. Where the copy does not notice, both go on under one name: each writes something and greets the server before
 * either sends, so that their greetings do not tell them apart.
 */
async function cloneFile(world: World, device: Device, chance: Chance): Promise<void> {
  if (world.devices.length >= 6) return;
  world.fire('file cloned');
  const noticed = chance.hits(0.5);
  const clone = world.addDevice(`${device.name}'`, device.user, device.bytes());
  if (noticed) return clone.reopen(clone.bytes(), true);
  for (const writer of [device, clone]) {
    const done = work({
      device: writer,
      chance,
      taints: world.taints,
      count: 1000 + chance.below(1_000_000),
    });
    world.note(`${writer.name} ${done}`);
    for (let move = 0; move < 8 && !hasGreeted(world, writer); move += 1) await world.advance(writer, null);
  }
  for (const writer of [device, clone])
    for (let move = 0; move < 6; move += 1) await world.advance(writer, null);
}

function hasGreeted({ trace }: World, { name }: Device): boolean {
  return trace.at(-1) === `${name} hello 200`;
}

/** Months pass in which some laptops are heard of and others are not; what everybody heard of has passed is forgotten (P21). */
function monthsPass(world: World, _: Device, chance: Chance): void {
  const heardOf = new Set(world.devices.filter(() => chance.hits(0.5)).map((device) => device.client()));
  world.pass(100 * 86_400_000);
  if (world.edge.store.collectTombstones((client) => !heardOf.has(client)) > 0)
    world.fire('tombstones collected');
}

/** The server's rows ask for a newer build, which some laptops have by then (P23); or one laptop goes back to the build that it had. */
function changeBuild(world: World, device: Device, chance: Chance): void {
  const { edge, devices } = world;
  world.fire('build changed');
  if (chance.hits(0.3)) return device.changeBuild(schemaVersion);
  edge.schemaMinimum = Math.max(edge.schemaMinimum, schemaVersion) + 1;
  for (const each of devices) if (chance.hits(0.6)) each.changeBuild(edge.schemaMinimum);
}

/** Somebody is no member of the organisation for a while: their laptops are refused as a whole, and what they did waits. */
function suspend(world: World, _: Device, chance: Chance): void {
  const user = chance.pick(Object.values(people)) ?? people.ada;
  if (!world.tenant.members.has(user)) return world.letIn(user);
  world.fire('member suspended');
  world.tenant.members.delete(user);
}

async function access(world: World, device: Device, chance: Chance): Promise<void> {
  const done = changeAccess(world.devices[0], world.project, chance);
  for (const fault of done) world.fire(fault);
  if (done.length > 0 && world.isBusy()) world.fire('access changed mid-cycle');
  if (chance.hits(0.3)) await takeAndGiveBack(world, device, chance);
}

/** Somebody is taken out of the project and let in again while their laptop is in the middle of a cycle. */
async function takeAndGiveBack(world: World, device: Device, chance: Chance): Promise<void> {
  const [lead] = world.devices;
  if (lead === undefined || device.user === lead.user || device.running === null) return;
  if (!takeOut(lead, world.project, device.user)) return;
  await world.cycleOf(lead);
  const moves = 1 + chance.below(4);
  for (let move = 0; move < moves; move += 1) await world.advance(device, null);
  letIn(lead, world.project, device.user);
  await world.cycleOf(lead);
  world.fire('access taken and given back');
}

/** An older copy of the file takes its place. What was not yet on the server is lost with the disk that held it. */
function restoreFile(world: World, device: Device, chance: Chance): void {
  const bytes = world.backups.get(device.name);
  if (bytes === undefined) return;
  world.backups.delete(device.name);
  world.fire('old backup');
  device.reopen(bytes, chance.hits(0.5));
}

/** A message of this organisation comes once more, from a person of another one. */
async function foreignTenant(world: World, chance: Chance): Promise<void> {
  const message = chance.pick(world.network.wire.filter(({ way }) => way === 'up'));
  const call = message === undefined ? undefined : callOf(message.text);
  if (message === undefined || call === undefined) return;
  world.fire('message of another tenant');
  const before = world.tenant.head;
  const reply = await world.edge.answerElsewhere(call, message.text);
  const isTold = reply !== null && /"cells"|"known":\{"/.test(reply.text);
  if (isTold || world.tenant.head !== before) world.fault('I9 another organisation was told or heard');
}

function callOf(text: string): 'push' | 'pull' | 'stamps' | undefined {
  if (text.includes('"previousHash"')) return 'push';
  if (text.includes('"want"')) return 'pull';
  return text.includes('"stamps":[') ? 'stamps' : undefined;
}

/** Somebody else signs in on this laptop: the file refuses, and what waits in it is sent under its own person only (I11). */
function otherUser(world: World, device: Device, chance: Chance): void {
  const others = Object.values(people).filter((user) => user !== device.user);
  const user = chance.pick(others) ?? people.ada;
  world.fire('other user');
  if (world.mutants.principalIgnored === true) {
    writeSync(device.replica.db, 'user', user);
    device.user = user;
    return;
  }
  try {
    enrol(device.replica, { server: 'https://server', tenant: tenantId, user });
    world.fault(`I11 ${device.name} was taken over by ${readMeta(device.replica.db, 'author') ?? ''}`);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InputError') throw error;
  }
}
