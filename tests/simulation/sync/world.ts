import { createHash } from 'node:crypto';
import { mintIdsBy } from '../../../db/replica/rows/ids.ts';
import type { BesideOutcome, Greeted } from '../../../sync/client/store-calls.ts';
import type { Effect, StoreEffect } from '../../../sync/client/effects.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { beginAnew } from './beginning.ts';
import { Chance } from './chance.ts';
import { Device } from './device.ts';
import { Edge } from './edge.ts';
import type { EdgeMutants } from './edge-mistakes.ts';
import { Crashed, SqliteRefused } from './failing-statements.ts';
import { exchange, receive, sendOn } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { ServerKeeper } from './keeper.ts';
import { ModelStore } from './model-store.ts';
import { Network, type NetworkEvents } from './network.ts';
import { people } from './people.ts';
import { takesAway, watchFile } from './step-oracles.ts';
import type { StoreMutants } from './store-mistakes.ts';
import type { ModelTenant } from './model-tenant.ts';
import { type Taints, work } from './workload.ts';

/** Something goes wrong that is no message's fault. */
export type Misfortune = (world: World, device: Device, chance: Chance) => Promise<void>;

export interface WorldOptions {
  readonly seed: number;
  readonly steps: number;
  readonly client?: SyncMutants;
  readonly server?: StoreMutants;
  readonly edge?: EdgeMutants;
  /** Steps that are left out, when a failing history is made shorter. */
  readonly without?: ReadonlySet<number>;
}

const start = Date.UTC(2026, 0, 1);

interface Beginning {
  /** Words of rows that were ended for good, by row. */
  readonly purged: readonly (readonly [row: string, word: string])[];
  readonly tenant: ModelTenant;
  readonly clock: number;
  readonly ids: number;
  readonly projects: readonly string[];
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
  readonly network: Network;
  /** What was found wrong on the way, at the moment when it was. */
  readonly faults: string[] = [];
  readonly mutants: SyncMutants;
  /** The last state of the server that a restore can take it back to. */
  snapshot: ModelTenant | null = null;
  /** Keeps the server's state beside the model; null where nothing does. */
  keeper: ServerKeeper | null = null;
  /** Older copies of files, by laptop. */
  readonly backups = new Map<string, Buffer>();
  /** The person of whom each session of stamps is. */
  readonly sessions = new Map<string, string>();
  readonly #options: WorldOptions;
  #clock = start;
  readonly #cut = new Map<string, Buffer>();
  #ids = 0;
  #sessions = 0;
  #steps = 0;
  /** The lead's projects; most things happen in the first. */
  projects: readonly string[] = [];
  /** People from whose laptops something was taken at the server's word, since they may not read it any more. */
  readonly revoked = new Set<string>();
  /** Rows that a digest found to differ: there is no reason for any. */
  repaired = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.mutants = options.client ?? {};
    this.chance = new Chance(options.seed);
    this.taints = { local: 'LOCAL-', written: new Map(), purged: new Map() };
    this.#mint();
    this.edge = new Edge(
      new ModelStore('00000000-0000-7000-8000-0000000000e1', options.server ?? {}),
      () => this.#clock,
      options.edge,
      // In some histories all that waits is one push; in the others two pushes are on their way as soon as there is enough for them.
      { pushMutations: [20, 2, 1][options.seed % 3] ?? 1 },
    );
    this.network = new Network(this.edge);
    for (const user of Object.values(people)) this.letIn(user);
  }

  /** Makes somebody a member of the organisation. */
  letIn(user: string): void {
    this.tenant.members.set(user, { user, role: 'analyst' });
  }

  /** Notes that something is wrong that must not be. */
  fault(text: string): void {
    this.faults.push(text);
  }

  get project(): string {
    return this.projects[0] ?? '';
  }

  nextId(): number {
    return (this.#ids += 1);
  }

  /** True while some laptop is in the middle of a cycle. */
  isBusy(): boolean {
    return this.devices.some(({ running }) => running !== null);
  }

  /** What is done with what the network tells. */
  events(): NetworkEvents {
    return {
      fired: (fault) => this.fire(fault),
      answered: (_, code) => {
        if (code === null) return;
        this.count(code);
        this.note(`refused ${code}`);
      },
    };
  }

  /** Counts something that a sweep has to have seen. */
  count(what: string): void {
    this.codes.set(what, (this.codes.get(what) ?? 0) + 1);
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
    const session = () => {
      const made = `5e55${(this.#sessions += 1).toString(16).padStart(12, '0')}`;
      this.sessions.set(made, user);
      return made;
    };
    const device = new Device(name, user, () => this.#clock, session, this.mutants, bytes);
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
    this.snapshot = base.tenant;
    this.#clock = base.clock;
    this.#ids = base.ids;
    this.projects = base.projects;
    for (const [id, word] of base.purged) this.taints.purged.set(id, word);
    for (const { name, user, bytes } of base.devices) {
      this.addDevice(name, user, bytes);
      this.backups.set(name, bytes);
    }
  }

  /** The state from which other worlds begin. */
  async ready(): Promise<Beginning> {
    this.projects = await beginAnew(this);
    return {
      purged: [...this.taints.purged],
      tenant: this.tenant.copy(),
      clock: this.#clock,
      ids: this.#ids,
      projects: this.projects,
      devices: this.devices.map((device) => ({
        name: device.name,
        user: device.user,
        bytes: device.bytes(),
      })),
    };
  }

  /** One step: a piece of work, a piece of a cycle, or something that goes wrong. */
  async step(at: number, misfortune: Misfortune): Promise<void> {
    this.#steps = at;
    const before = this.chance.next();
    if (this.#options.without?.has(at) === true) return;
    // A step's chances hang on the seed and its number alone, so that leaving others out does not change it.
    const own = new Chance(Math.floor(before * 4_294_967_296) ^ (at * 2654435761));
    this.pass(1000 + own.below(60_000));
    const device = own.pick(this.devices);
    if (device === undefined) return;
    const dice = own.next();
    if (dice < 0.3) {
      const done = work({ device, chance: own, taints: this.taints, count: at });
      this.note(`${at} ${device.name} ${done}`);
    } else if (dice < 0.88) {
      const moves = 1 + own.below(12);
      for (let move = 0; move < moves; move += 1) await this.advance(device, own);
    } else await misfortune(this, device, own);
  }

  /** Time passes for everybody, in milliseconds. */
  pass(milliseconds: number): void {
    this.#clock += milliseconds;
  }

  /** Notes that something went wrong on purpose. */
  fire(fault: Fault): void {
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    this.note(`${this.#steps} ! ${fault}`);
  }

  /** Moves a laptop's cycle on by one effect. */
  async advance(device: Device, chance: Chance | null): Promise<void> {
    if (device.running === null) {
      this.network.leave(device.user, device.onTheirWay, chance);
      device.startCycle();
    }
    const step = device.running?.next(device.answer);
    if (step === undefined) return;
    if (step.done === true) {
      device.endCycle();
      if (device.onTheirWay.length > 0) this.fault(`${device.name} ended a cycle before all was answered`);
      device.last = step.value;
      device.pace = step.value.pace;
      const { end, pushed, pulled, repaired } = step.value;
      if (end === 'update' && device.build < this.edge.schemaMinimum) this.fire('build too old');
      this.repaired += repaired;
      this.note(`${device.name} cycle ${end} ${pushed} ${pulled} ${repaired}`);
      if (end === 'retired') device.reconnect();
      return;
    }
    device.answer = await this.#perform(device, step.value, chance);
  }

  /** One whole cycle of a laptop in which nothing goes wrong of itself. */
  async cycleOf(device: Device): Promise<void> {
    device.endCycle();
    do await this.advance(device, null);
    while (device.running !== null);
  }

  async #perform(device: Device, effect: Effect, chance: Chance | null): Promise<unknown> {
    switch (effect.to) {
      case 'store':
        return this.#performOnFile(device, effect, chance);
      case 'server':
        return exchange(this, device, effect, chance);
      case 'send':
        return sendOn(this, device, effect.message, chance);
      case 'receive':
        return receive(this, device, chance);
    }
  }

  /** One transaction on the file, before, in and after which the laptop may stop. */
  #performOnFile(device: Device, effect: StoreEffect, chance: Chance | null): unknown {
    const watch = watchFile(device, effect, this.tenant);
    const dice = chance?.next() ?? 1;
    if (dice < 0.005) {
      this.fire('power cut');
      // The disk had not yet written what it said it had: the next thing that is heard of this laptop is older.
      this.#cut.set(device.name, device.bytes());
    } else if (dice < 0.025) {
      const left = chance?.below(40) ?? 0;
      const kind = chance?.below(4) ?? 0;
      device.statements.failAt(left, () =>
        kind < 2
          ? new Crashed('The laptop stops.')
          : new SqliteRefused(kind === 2 ? 'SQLITE_FULL' : 'SQLITE_BUSY'),
      );
    }
    try {
      const answer = device.perform(effect);
      device.statements.forgive();
      this.faults.push(...watch());
      if (effect.call === 'greeted') this.#noteRoad(answer as Greeted);
      if (effect.call === 'applyBeside') this.#noteBeside(device, answer as BesideOutcome);
      if (takesAway(effect)) this.revoked.add(device.user);
      const isOver = chance?.hits(0.005) === true;
      if (isOver) this.fire('crash');
      if (isOver || this.#isCut(device, chance)) {
        device.crash();
        return undefined;
      }
      return answer;
    } catch (error) {
      if (error instanceof Crashed) {
        this.fire('crash inside a transaction');
        device.crash();
      } else if (error instanceof SqliteRefused) {
        this.fire(error.code === 'SQLITE_FULL' ? 'disk full' : 'file busy');
        // The cycle ends and the next one goes on; the process lives.
        device.endCycle();
      } else throw error;
      return undefined;
    } finally {
      device.statements.forgive();
    }
  }

  /** True where a laptop that lost its power goes on from its older state. */
  #isCut(device: Device, chance: Chance | null): boolean {
    const bytes = this.#cut.get(device.name);
    if (bytes === undefined || (chance !== null && chance.hits(0.6))) return false;
    this.#cut.delete(device.name);
    device.reopen(bytes, false);
    return true;
  }

  #noteRoad({ road }: Greeted): void {
    if (road !== 'none') this.count(`road ${road}`);
  }

  #noteBeside({ onTheirWay }: Device, { takesAway, rows }: BesideOutcome): void {
    if (onTheirWay.length === 0) this.fault('P35: a page is applied beside no push');
    if (takesAway) this.count('a page that takes away beside a push');
    else if (rows > 0) this.count('a page beside a push');
  }

  /** Nothing goes wrong any more: everybody syncs until nothing is left to do. Answers with the rounds that it took, or null. */
  async settle(rounds: number): Promise<number | null> {
    this.network.calm();
    await this.network.deliverAll();
    for (const user of Object.values(people)) this.letIn(user);
    for (const device of this.devices) {
      this.#isCut(device, null);
      device.offset = 0;
      if (device.build < this.edge.schemaMinimum) device.changeBuild(this.edge.schemaMinimum);
    }
    for (let round = 1; round <= rounds; round += 1) {
      let busy = false;
      for (const device of this.devices) {
        await this.cycleOf(device);
        const { last } = device;
        busy ||=
          last === null || last.end !== 'done' || last.again || last.pushed + last.pulled + last.repaired > 0;
      }
      if (!busy) return round;
    }
    return null;
  }
}
