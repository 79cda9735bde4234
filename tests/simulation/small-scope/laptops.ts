import { mintIdsBy } from '../../../db/replica/rows/ids.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { Device } from '../sync/device.ts';
import { viewSteps } from '../sync/invariants.ts';
import type { LaptopState, LocalMove } from './laptop.ts';
import { OpenLaptop } from './open-laptop.ts';

/** Open files that are kept for the next move. */
const mostOpen = 96;

/** Moves laptops on, each move of each state once: the engine and the replica do it, and what they came to is remembered. */
export class Laptops {
  readonly #mutants: SyncMutants;
  readonly #rows: readonly string[];
  readonly #open = new Map<string, OpenLaptop>();
  readonly #known = new Map<string, LaptopState>();

  /** `rows`: ids of the two rows that everybody has. */
  constructor(rows: readonly string[], mutants: SyncMutants) {
    this.#rows = rows;
    this.#mutants = mutants;
  }

  /** How many moves were made by the code itself. */
  get made(): number {
    return this.#known.size;
  }

  /** A laptop at the beginning. */
  first(name: string, user: string, bytes: Buffer, left: { edits: number; cycles: number }): LaptopState {
    const beside = { name, user, openings: 0, ids: 0, answers: null, next: null, sent: [], report: null };
    const laptop = new OpenLaptop(
      bytes,
      { ...beside, editsLeft: left.edits, cyclesLeft: left.cycles },
      this.#mutants,
    );
    const state = laptop.state([]);
    this.#keep(state.key, laptop);
    return state;
  }

  move(state: LaptopState, move: LocalMove): LaptopState {
    const name = `${state.key} ${JSON.stringify(move)}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const moved = this.#move(state, move);
    this.#known.set(name, moved);
    return moved;
  }

  /** The laptop itself, to be looked at before the next move. */
  device(state: LaptopState): Device {
    const laptop = this.#take(state);
    this.#keep(state.key, laptop);
    return laptop.device;
  }

  close(): void {
    mintIdsBy(null);
    for (const laptop of this.#open.values()) laptop.close();
    this.#open.clear();
  }

  #move(state: LaptopState, move: LocalMove): LaptopState {
    const laptop = this.#take(state);
    try {
      const faults = laptop.move(move, this.#rows);
      const moved = laptop.state(faults);
      this.#keep(moved.key, laptop);
      const { report } = moved;
      const repaired = report === state.report ? 0 : (report?.repaired ?? 0);
      const isRepaired = repaired > 0 ? [`I8 ${state.name}: ${repaired} rows had to be repaired`] : [];
      return {
        ...moved,
        faults: [...faults, ...viewSteps(state.name, state.view, moved.view), ...isRepaired],
      };
    } catch (error) {
      laptop.close();
      return { ...state, faults: [`${state.name} threw ${String(error)}`] };
    }
  }

  #take(state: LaptopState): OpenLaptop {
    const kept = this.#open.get(state.key);
    if (kept === undefined) return OpenLaptop.of(state, this.#mutants);
    this.#open.delete(state.key);
    return kept;
  }

  #keep(key: string, laptop: OpenLaptop): void {
    this.#open.get(key)?.close();
    this.#open.set(key, laptop);
    for (const [oldest, other] of this.#open) {
      if (this.#open.size <= mostOpen) break;
      this.#open.delete(oldest);
      other.close();
    }
  }
}
