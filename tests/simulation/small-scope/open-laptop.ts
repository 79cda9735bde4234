import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { mintIdsBy } from '../../../db/replica/rows/ids.ts';
import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect } from '../../../sync/client/effects.ts';
import { firstPace } from '../../../sync/client/pace.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { Device } from '../sync/device.ts';
import { shownFaults } from '../sync/step-oracles.ts';
import { viewOf } from '../sync/view.ts';
import { contentOf } from './content.ts';
import { makeEdit } from './edits.ts';
import { type Half, type LaptopState, type LocalMove, serverPart, storePart } from './laptop.ts';

/** Every laptop's clock, which stands still: stamps go on by their counters alone, so that equal work has equal stamps. */
const now = Date.UTC(2026, 1, 1);

/** A laptop's state in full, as far as its file does not hold it. */
export type Beside = Omit<LaptopState, 'key' | 'file' | 'view' | 'faults'>;

/** A laptop that runs: the engine over an open database. */
export class OpenLaptop {
  readonly device: Device;
  readonly #name: string;
  #openings: number;
  #ids: number;
  #answers: unknown[] | null = null;
  #next: Effect | null = null;
  #half: Half | null;
  #editsLeft: number;
  #cyclesLeft: number;
  #report: CycleReport | null;

  constructor(bytes: Buffer, beside: Beside, mutants: SyncMutants) {
    this.#name = beside.name;
    this.#openings = beside.openings;
    this.#ids = beside.ids;
    this.#editsLeft = beside.editsLeft;
    this.#cyclesLeft = beside.cyclesLeft;
    this.#report = beside.report;
    const mint = () => session(beside.name, this.#openings);
    this.device = new Device(beside.name, beside.user, () => now, mint, mutants, bytes);
    if (beside.answers !== null) this.#retell(beside.answers);
    this.#half = beside.half;
  }

  static of(state: LaptopState, mutants: SyncMutants): OpenLaptop {
    return new OpenLaptop(zstdDecompressSync(state.file), state, mutants);
  }

  /** Makes a move, and answers with what it did that none may do. `rows`: the two rows that everybody has. */
  move(move: LocalMove, rows: readonly string[]): string[] {
    mintIdsBy(() => idOf(this.#name, (this.#ids += 1)));
    switch (move.do) {
      case 'edit':
        this.#editsLeft -= 1;
        return makeEdit(this.device, move.edit, rows, `${this.#name} ${this.#editsLeft}`);
      case 'begin':
        if (!move.free) this.#cyclesLeft -= 1;
        this.#retell([]);
        return [];
      case 'perform':
        return this.#perform();
      case 'reply': {
        if (serverPart({ next: this.#next, half: this.#half }) === null)
          throw new Error('The laptop waits for no answer.');
        if (this.#next?.to === 'server') this.#feed(move.reply);
        else this.#halfDone({ reply: move.reply });
        return [];
      }
      case 'crash':
        this.#openings += 1;
        this.device.crash();
        this.#endCycle();
        return [];
    }
  }

  /** The laptop as it stands, as a value. */
  state(faults: readonly string[]): LaptopState {
    const { db } = this.device.replica;
    const beside: Beside = {
      name: this.#name,
      user: this.device.user,
      openings: this.#openings,
      ids: this.#ids,
      answers: this.#answers === null ? null : [...this.#answers],
      next: this.#next,
      half: this.#half,
      editsLeft: this.#editsLeft,
      cyclesLeft: this.#cyclesLeft,
      report: this.#report,
    };
    // What the engine asks for follows from what it was answered, and how the last cycle ended decides nothing.
    const { next: _, report: __, ...kept } = beside;
    const hash = createHash('sha256').update(JSON.stringify(kept)).update(contentOf(db));
    const key = hash.digest('base64url').slice(0, 22);
    return { ...beside, key, file: zstdCompressSync(this.device.bytes()), view: viewOf(db), faults };
  }

  close(): void {
    this.device.close();
  }

  /** Begins a cycle and brings it to where it had come with these answers. */
  #retell(answers: readonly unknown[]): void {
    this.device.pace = firstPace;
    this.device.startCycle();
    this.#answers = [];
    this.#half = null;
    const first = this.device.running?.next(undefined);
    this.#next = first?.done === false ? first.value : null;
    for (const answer of answers) this.#feed(answer);
  }

  #feed(answer: unknown): void {
    const step = this.device.running?.next(answer);
    if (step === undefined || this.#answers === null) throw new Error('The laptop is in no cycle.');
    this.#half = null;
    if (step.done === true) {
      this.#report = step.value;
      this.#endCycle();
    } else {
      this.#answers.push(answer);
      this.#next = step.value;
    }
  }

  #endCycle(): void {
    this.device.running = null;
    this.#answers = null;
    this.#next = null;
    this.#half = null;
  }

  #halfDone(half: Half): void {
    if (this.#half === null) this.#half = half;
    else this.#feed({ ...this.#half, ...half });
  }

  #perform(): string[] {
    const effect = storePart({ next: this.#next, half: this.#half });
    if (effect === null) throw new Error('There is nothing to do on the file.');
    const result = this.device.perform(effect);
    if (this.#next?.to === 'store') this.#feed(result);
    else this.#halfDone({ result });
    return effect.call === 'applyPage' || effect.call === 'applyRows' ? shownFaults(this.device) : [];
  }
}

/** The session of a laptop's stamps after so many starts. */
export function session(name: string, openings: number): string {
  const laptop = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `5e55${laptop}${openings.toString(16).padStart(4, '0')}`;
}

function idOf(name: string, count: number): string {
  const laptop = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `018ff000-${count.toString(16).padStart(4, '0')}-7000-a000-${laptop}`;
}
