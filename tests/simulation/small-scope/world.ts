import type { Reply } from '../../../sync/client/effects.ts';
import type { Plant } from '../sync/planted.ts';
import type { LaptopState } from './laptop.ts';
import { Laptops } from './laptops.ts';
import { messagesOf, type Move, type Situation, type Way } from './situation.ts';
import type { Beginning } from './beginning.ts';
import type { Scope } from './scope.ts';
import { type Message, Servers, type ServerState } from './server.ts';

const roundsToDrain = 12;

/** What a move led to, and what was wrong with it. */
export interface Step {
  readonly situation: Situation;
  readonly faults: readonly string[];
}

/** The laptops and the server of a small scope: makes moves, and brings everything to rest. */
export class SmallWorld {
  readonly laptops: Laptops;
  readonly servers: Servers;
  readonly scope: Scope;

  constructor(scope: Scope, rows: readonly string[], plant: Plant) {
    const { pullRows, pushMutations } = scope;
    this.scope = scope;
    this.laptops = new Laptops(rows, plant.client ?? {});
    this.servers = new Servers({ pullRows, pushMutations }, plant);
  }

  first({ tenant, laptops }: Beginning): Situation {
    const { editsEach: edits, cyclesEach: cycles, faults, restores } = this.scope;
    const server = this.servers.first(tenant);
    return {
      laptops: laptops
        .slice(0, this.scope.laptops)
        .map(({ name, user, bytes }) => this.laptops.first(name, user, bytes, { edits, cycles })),
      server,
      older: restores > 0 ? [server] : [],
      late: [],
      faultsLeft: faults,
      restoresLeft: restores,
    };
  }

  async move(situation: Situation, move: Move): Promise<Step> {
    switch (move.kind) {
      case 'local': {
        const laptop = this.laptops.move(laptopAt(situation, move.at), move.move);
        const faultsLeft = situation.faultsLeft - move.faults;
        return {
          situation: withLaptop({ ...situation, faultsLeft }, move.at, laptop),
          faults: laptop.faults,
        };
      }
      case 'message':
        return this.#deliver(situation, move);
      case 'late': {
        const { server } = await this.servers.answer(situation.server, move.message);
        const late = without(situation.late, move.message);
        return { situation: withServer({ ...situation, late }, server), faults: server.faults };
      }
      case 'restore': {
        const older = situation.older[move.to];
        if (older === undefined) throw new Error('There is no such older state.');
        const restoresLeft = situation.restoresLeft - 1;
        const epoch = `00000000-0000-7000-8000-0000000000f${restoresLeft}`;
        const server = await this.servers.restored(situation.server, older, epoch);
        const kept = restoresLeft === 0 ? [] : [...situation.older.slice(0, move.to + 1), server];
        return { situation: { ...situation, server, restoresLeft, older: kept }, faults: server.faults };
      }
    }
  }

  async #deliver(
    situation: Situation,
    { at, place, message, way }: Move & { kind: 'message' },
  ): Promise<Step> {
    const laptop = laptopAt(situation, at);
    const faultsLeft = situation.faultsLeft - (way === 'arrives' ? 0 : 1);
    let after: Situation = { ...situation, faultsLeft };
    let reply: Reply = null;
    if (way === 'is late') after = { ...after, late: [...after.late, message] };
    for (let times = arrivals(way); times > 0; times -= 1) {
      const exchange = await this.servers.answer(after.server, message);
      after = withServer(after, exchange.server);
      reply = exchange.reply;
    }
    const isHeard = way === 'arrives' || way === 'arrives twice';
    const stops = way === 'is answered, and the laptop stops';
    // What else such a laptop had sent may arrive yet, or never.
    if (stops) {
      const others = messagesOf(laptop).filter((other) => other.place !== place);
      after = { ...after, late: [...after.late, ...others.map((other) => other.message)] };
    }
    const moved = this.laptops.move(
      laptop,
      stops ? { do: 'crash' } : { do: 'reply', at: place, reply: isHeard ? reply : null },
    );
    return { situation: withLaptop(after, at, moved), faults: [...after.server.faults, ...moved.faults] };
  }

  /**
   * Nothing goes wrong any more, late messages arrive, and every laptop syncs until nothing is left to do. Null where that does not come
   * to an end.
   */
  async rest(situation: Situation): Promise<Step | null> {
    let now = situation;
    const faults: string[] = [];
    const take = ({ situation: next, faults: found }: Step) => {
      now = next;
      faults.push(...found);
    };
    for (const message of situation.late) take(await this.move(now, { kind: 'late', message }));
    for (let round = 0; round < roundsToDrain && faults.length === 0; round += 1) {
      const before = now;
      for (let at = 0; at < now.laptops.length; at += 1) {
        do take(await this.#onward(now, at));
        while (laptopAt(now, at).answers !== null && faults.length === 0);
      }
      if (faults.length > 0 || now.laptops.every((laptop, at) => isQuiet(laptop, before.laptops[at])))
        return { situation: now, faults };
    }
    return faults.length > 0 ? { situation: now, faults } : null;
  }

  /** One step of a laptop's cycle in which nothing goes wrong; a cycle begins where none is under way. */
  async #onward(situation: Situation, at: number): Promise<Step> {
    const laptop = laptopAt(situation, at);
    const [oldest] = messagesOf(laptop);
    if (laptop.answers !== null && oldest !== undefined)
      return this.move(situation, { kind: 'message', at, ...oldest, way: 'arrives' });
    const move =
      laptop.answers === null ? ({ do: 'begin', free: true } as const) : ({ do: 'perform' } as const);
    return this.move(situation, { kind: 'local', at, move, faults: 0 });
  }

  close(): void {
    this.laptops.close();
  }
}

/** How often a message reaches the server. */
function arrivals(way: Way): number {
  if (way === 'is lost' || way === 'is late') return 0;
  return way === 'arrives twice' ? 2 : 1;
}

/** True where a laptop's last cycle found nothing to do. */
function isQuiet({ report, key }: LaptopState, before: LaptopState | undefined): boolean {
  if (report === null || report.end !== 'done' || report.again) return false;
  return report.pushed + report.pulled + report.repaired === 0 || key === before?.key;
}

function laptopAt({ laptops }: Situation, at: number): LaptopState {
  const laptop = laptops[at];
  if (laptop === undefined) throw new Error('There is no such laptop.');
  return laptop;
}

function withLaptop(situation: Situation, at: number, laptop: LaptopState): Situation {
  return { ...situation, laptops: situation.laptops.with(at, laptop) };
}

/** The server has moved on; where it may still go back, to each of its states. */
function withServer(situation: Situation, server: ServerState): Situation {
  if (server.key === situation.server.key) return situation;
  const older = situation.restoresLeft === 0 ? [] : [...situation.older, server];
  return { ...situation, server, older };
}

function without(late: readonly Message[], message: Message): readonly Message[] {
  return late.filter((each) => each !== message);
}
