import { createHash } from 'node:crypto';
import { mintIdsBy } from '../../../db/replica/rows/ids.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Greeted } from '../../../sync/client/store-calls.ts';
import type { BothEffect, Effect, Reply, ServerEffect } from '../../../sync/client/effects.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { Chance } from './chance.ts';
import { Device } from './device.ts';
import { Edge } from './edge.ts';
import { ModelStore, type StoreMutants } from './model-store.ts';
import { changeAccess, changePolicy } from './governance.ts';
import { newerBuild } from './newer-build.ts';
import { people } from './people.ts';
import { restore } from './restore.ts';
import type { ModelTenant } from './model-tenant.ts';
import { type Taints, work } from './workload.ts';

export const faults = [
  'request dropped',
  'answer lost',
  'request repeated',
  'request late',
  'answer cut',
  'answer altered',
  'newer build',
  'server busy',
  'too large',
  'crash',
  'write failed',
  'file cloned',
  'old backup',
  'server restored',
  'clock jumped',
  'access granted',
  'access taken',
  'policy tightened',
  'policy loosened',
  'backup made',
] as const;
export type Fault = (typeof faults)[number];

export interface WorldOptions {
  readonly seed: number;
  readonly steps: number;
  readonly client?: SyncMutants;
  readonly server?: StoreMutants;
  /** Steps that are left out, when a failing history is made shorter. */
  readonly without?: ReadonlySet<number>;
}

const start = Date.UTC(2026, 0, 1);

interface Beginning {
  readonly tenant: ModelTenant;
  readonly clock: number;
  readonly ids: number;
  readonly project: string;
  readonly devices: readonly { readonly name: string; readonly user: string; readonly bytes: Buffer }[];
}

let beginning: Beginning | undefined;

async function makeBeginning(): Promise<Beginning> {
  const world = new World({ seed: 0, steps: 0 });
  try {
    return await world.ready();
  } finally {
    world.close();
  }
}

/** Three people, five laptops, one server, and everything that can go wrong between them: all from one seed. */
export class World {
  readonly chance: Chance;
  readonly edge: Edge;
  readonly devices: Device[] = [];
  readonly trace: string[] = [];
  readonly fired = new Map<Fault, number>();
  readonly codes = new Map<string, number>();
  readonly taints: Taints;
  /** Every text that crossed the wire, with who sent or got it. */
  readonly wire: { readonly user: string; readonly way: 'up' | 'down'; readonly text: string }[] = [];
  readonly #options: WorldOptions;
  readonly #mutants: SyncMutants;
  #clock = start;
  #ids = 0;
  #sessions = 0;
  #steps = 0;
  #snapshot: ModelTenant | null = null;
  #late: { readonly user: string; readonly effect: ServerEffect }[] = [];
  readonly #backups = new Map<string, Buffer>();
  project = '';
  /** Rows that a digest found to differ: there is no reason for any. */
  repaired = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#mutants = options.client ?? {};
    this.chance = new Chance(options.seed);
    this.taints = { local: 'LOCAL-', written: new Map(), purged: new Map() };
    this.#mint();
    this.edge = new Edge(
      new ModelStore('00000000-0000-7000-8000-0000000000e1', options.server ?? {}),
      () => this.#clock,
    );
    for (const user of Object.values(people)) this.tenant.members.set(user, { user, role: 'analyst' });
  }

  #mint(): void {
    mintIdsBy(() => this.chance.id((this.#ids += 1)));
  }

  get tenant(): ModelTenant {
    return this.edge.store.tenant;
  }

  close(): void {
    mintIdsBy(null);
    for (const device of this.devices) device.close();
  }

  note(text: string): void {
    this.trace.push(text);
  }

  traceHash(): string {
    return createHash('sha256').update(this.trace.join('\n')).digest('hex').slice(0, 16);
  }

  addDevice(name: string, user: string, bytes?: Buffer): Device {
    const session = () => `5e55${(this.#sessions += 1).toString(16).padStart(12, '0')}`;
    const device = new Device(name, user, () => this.#clock, session, this.#mutants, bytes);
    this.devices.push(device);
    return device;
  }

  /**
   * Everybody is ready: the beginning is the same for every seed, so it is made once in a process and taken up from there. Mistakes are
   * planted after it.
   */
  async begin(): Promise<void> {
    const base = (beginning ??= await makeBeginning());
    this.#mint();
    this.tenant.become(base.tenant);
    this.#snapshot = base.tenant;
    this.#clock = base.clock;
    this.#ids = base.ids;
    this.project = base.project;
    for (const { name, user, bytes } of base.devices) {
      this.addDevice(name, user, bytes);
      this.#backups.set(name, bytes);
    }
  }

  /** The state from which other worlds begin. */
  async ready(): Promise<Beginning> {
    this.#beginAnew();
    await this.settle(3);
    return {
      tenant: this.tenant.copy(),
      clock: this.#clock,
      ids: this.#ids,
      project: this.project,
      devices: this.devices.map((device) => ({
        name: device.name,
        user: device.user,
        bytes: device.bytes(),
      })),
    };
  }

  /** People with their laptops, a shared project with two sessions, and one session that stays on its laptop. */
  #beginAnew(): void {
    const ada = this.addDevice('ada', people.ada);
    this.addDevice('ada2', people.ada);
    this.addDevice('bob', people.bob);
    this.addDevice('cyd', people.cyd);
    this.project = transact(ada.replica, { command: 'begin' }, (tx) => {
      const project = insertRow(tx, 'projects', { name: 'Shared', owner_id: ada.replica.author });
      insertRow(tx, 'project_members', { project_id: project, author_id: people.bob, role: 'editor' });
      insertRow(tx, 'research_sessions', { project_id: project, title: 'open', research_question: 'Q' });
      insertRow(tx, 'research_sessions', {
        project_id: project,
        title: 'closed',
        research_question: 'Q',
        restricted: true,
      });
      insertRow(tx, 'research_sessions', {
        project_id: project,
        title: 'local',
        research_question: this.taints.local,
        local_only: true,
      });
      return project;
    }).result;
  }

  /** One step: a piece of work, a piece of a cycle, or something that goes wrong. */
  async step(at: number): Promise<void> {
    this.#steps = at;
    const before = this.chance.next();
    if (this.#options.without?.has(at) === true) return;
    // A step's chances hang on the seed and its number alone, so that leaving others out does not change it.
    const own = new Chance(Math.floor(before * 4_294_967_296) ^ (at * 2654435761));
    this.#clock += 1000 + own.below(60_000);
    const device = own.pick(this.devices);
    if (device === undefined) return;
    const dice = own.next();
    if (dice < 0.3) {
      const done = work({ device, chance: own, taints: this.taints, count: at });
      this.note(`${at} ${device.name} ${done}`);
    } else if (dice < 0.93) {
      const moves = 1 + own.below(12);
      for (let move = 0; move < moves; move += 1) await this.advance(device, own);
    } else await this.#misfortune(device, own);
  }

  #fire(fault: Fault): void {
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    this.note(`${this.#steps} ! ${fault}`);
  }

  /** Moves a laptop's cycle on by one effect. */
  async advance(device: Device, chance: Chance | null): Promise<void> {
    if (device.running === null) device.startCycle();
    const step = device.running?.next(device.answer);
    if (step === undefined) return;
    if (step.done === true) {
      device.running = null;
      device.last = step.value;
      device.pace = step.value.pace;
      const { end, pushed, pulled, repaired } = step.value;
      this.repaired += repaired;
      this.note(`${device.name} cycle ${end} ${pushed} ${pulled} ${repaired}`);
      return;
    }
    device.answer = await this.#perform(device, step.value, chance);
  }

  /** Either of both may be done first, and the laptop may stop between them. */
  async #performBoth(device: Device, effect: BothEffect, chance: Chance | null): Promise<unknown> {
    const isStoreFirst = chance?.hits(0.5) ?? true;
    const first = await this.#perform(device, isStoreFirst ? effect.store : effect.server, chance);
    if (device.running === null) return undefined;
    const second = await this.#perform(device, isStoreFirst ? effect.server : effect.store, chance);
    return isStoreFirst ? { reply: second, result: first } : { reply: first, result: second };
  }

  async #perform(device: Device, effect: Effect, chance: Chance | null): Promise<unknown> {
    if (effect.to === 'both') return this.#performBoth(device, effect, chance);
    if (chance?.hits(0.01) === true) {
      this.#fire('crash');
      if (chance.hits(0.5) && effect.to === 'store') {
        if (effect.call === 'applyPage' && chance.hits(0.5)) {
          this.#fire('write failed');
          device.performFailing(effect);
        } else device.perform(effect);
      }
      device.crash();
      return undefined;
    }
    if (effect.to === 'store') {
      const answer = device.perform(effect);
      if (effect.call === 'greeted') this.#noteRoad(answer as Greeted);
      return answer;
    }
    return this.#send(device, effect, chance);
  }

  async #send(device: Device, effect: ServerEffect, chance: Chance | null): Promise<Reply> {
    const { user } = device;
    this.wire.push({ user, way: 'up', text: effect.text });
    const dice = chance?.next() ?? 1;
    if (dice < 0.02) {
      this.#fire('request dropped');
      return null;
    }
    if (dice < 0.03) {
      this.#fire('request late');
      this.#late.push({ user, effect });
      return null;
    }
    if (dice < 0.04) {
      this.#fire('server busy');
      return { status: 429, text: '{"code":"BUSY","message":"busy"}', retryAfter: 1 };
    }
    if (dice < 0.05 && effect.call === 'push') {
      this.#fire('too large');
      return { status: 413, text: '{"code":"TOO_LARGE","message":"too large"}' };
    }
    if (dice < 0.055) {
      this.#fire('request repeated');
      await this.edge.answer(user, effect.call, effect.text);
    }
    const reply = await this.edge.answer(user, effect.call, effect.text);
    if (reply !== null) this.wire.push({ user, way: 'down', text: reply.text });
    this.note(`${device.name} ${effect.call} ${reply?.status ?? 0}`);
    if (reply !== null && reply.status !== 200) this.#noteCode(reply.text);
    if (dice > 0.055 && dice < 0.085) {
      this.#fire('answer lost');
      return null;
    }
    if (dice > 0.085 && dice < 0.1 && reply !== null) {
      this.#fire('answer cut');
      return { ...reply, text: reply.text.slice(0, chance?.below(reply.text.length) ?? 0) };
    }
    if (dice > 0.1 && dice < 0.115 && reply !== null && effect.call === 'pull' && reply.text.includes('"t')) {
      this.#fire('answer altered');
      return { ...reply, text: reply.text.replace(/"t(\d)/, '"T$1') };
    }
    return reply;
  }

  #noteRoad({ road }: Greeted): void {
    if (road !== 'none') this.codes.set(`road ${road}`, (this.codes.get(`road ${road}`) ?? 0) + 1);
  }

  #noteCode(text: string): void {
    const { code } = JSON.parse(text) as { code: string };
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    this.note(`refused ${code}`);
  }

  async #misfortune(device: Device, chance: Chance): Promise<void> {
    const kind = chance.below(13);
    if (kind === 12) {
      if (await newerBuild(this.edge, chance, () => (this.#ids += 1))) this.#fire('newer build');
      return;
    }
    if (kind === 0 && this.devices.length < 6) {
      this.#fire('file cloned');
      const noticed = chance.hits(0.5);
      const clone = this.addDevice(`${device.name}'`, device.user, device.bytes());
      if (noticed) clone.reopen(clone.bytes(), true);
    } else if (kind === 1) this.#backups.set(device.name, device.bytes());
    else if (kind === 2) this.#restoreFile(device, chance);
    else if (kind === 3) this.#snapshot = this.tenant.copy();
    else if (kind === 4 && this.#snapshot !== null) {
      this.#fire('server restored');
      restore(this.edge, this.#snapshot, this.chance.id((this.#ids += 1)));
    } else if (kind === 5) {
      this.#fire('clock jumped');
      device.offset = chance.pick([0, 315_360_000_000, -315_360_000_000, 86_400_000]) ?? 0;
    } else if (kind <= 7) {
      for (const fault of changeAccess(this.devices[0], this.project, chance)) this.#fire(fault);
    } else if (kind === 8) this.#fire(changePolicy(this.tenant, chance));
    else if (kind === 9) {
      this.#fire('backup made');
      for (const [id, client] of this.tenant.clients)
        this.tenant.clients.set(id, { ...client, backedUp: client.lastMutation });
      this.#snapshot = this.tenant.copy();
    } else if (kind === 10) {
      const late = this.#late.shift();
      if (late !== undefined) await this.edge.answer(late.user, late.effect.call, late.effect.text);
    } else device.crash();
  }

  /** An older copy of the file takes its place. What was not yet on the server is lost with the disk that held it. */
  #restoreFile(device: Device, chance: Chance): void {
    const bytes = this.#backups.get(device.name);
    if (bytes === undefined) return;
    this.#backups.delete(device.name);
    this.#fire('old backup');
    device.reopen(bytes, chance.hits(0.5));
  }

  /** Nothing goes wrong any more: everybody syncs until nothing is left to do. Answers with the rounds that it took, or null. */
  async settle(rounds: number): Promise<number | null> {
    for (const late of this.#late.splice(0))
      await this.edge.answer(late.user, late.effect.call, late.effect.text);
    for (const device of this.devices) device.offset = 0;
    for (let round = 1; round <= rounds; round += 1) {
      let busy = false;
      for (const device of this.devices) {
        device.running = null;
        do await this.advance(device, null);
        while (device.running !== null);
        const { last } = device;
        busy ||=
          last === null || last.end !== 'done' || last.again || last.pushed + last.pulled + last.repaired > 0;
      }
      if (!busy) return round;
    }
    return null;
  }
}
