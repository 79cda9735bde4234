import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { mintIdsBy } from '../../../db/replica/rows/ids.ts';
import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect } from '../../../sync/client/effects.ts';
import { firstPace } from '../../../sync/client/pace.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { Device } from '../sync/device.ts';
import { appliesRows, shownFaults } from '../sync/step-oracles.ts';
import { viewOf } from '../sync/view.ts';
import { contentOf } from './content.ts';
import { makeEdit } from './edits.ts';
import { type LaptopState, type LocalMove, type OnItsWay, storePart } from './laptop.ts';

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
  #sent: OnItsWay[] = [];
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
    this.#sent = [...beside.sent];
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
        const sent = this.#sent[move.at];
        if (sent === undefined) throw new Error('The laptop waits for no such answer.');
        this.#sent[move.at] = { ...sent, reply: move.reply };
        this.#hear();
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
      sent: [...this.#sent],
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
    this.#sent = [];
    this.#step(undefined);
    for (const answer of answers) this.#feed(answer);
  }

  /** Gives the engine what it waits for. */
  #feed(answer: unknown): void {
    if (this.#answers === null) throw new Error('The laptop is in no cycle.');
    if (this.#next?.to !== 'store') this.#sent.shift();
    this.#answers.push(answer);
    this.#step(answer);
  }

  /** Brings the engine to where it waits for something; what it sends is on its way at once. */
  #step(answer: unknown): void {
    let step = this.device.running?.next(answer);
    for (; step?.done === false && step.value.to === 'send'; step = this.device.running?.next(undefined))
      this.#sent.push({ message: step.value.message });
    if (step === undefined) throw new Error('The laptop is in no cycle.');
    if (step.done === true) {
      this.#report = step.value;
      this.#endCycle();
      return;
    }
    this.#next = step.value;
    if (step.value.to === 'server') this.#sent.push({ message: step.value });
  }

  /** Answers that have come reach the engine where it waits for them. */
  #hear(): void {
    while (this.#next !== null && this.#next.to !== 'store') {
      const reply = this.#sent[0]?.reply;
      if (reply === undefined) return;
      this.#feed(reply);
    }
  }

  #endCycle(): void {
    this.device.running = null;
    this.#answers = null;
    this.#next = null;
    this.#sent = [];
  }

  #perform(): string[] {
    const effect = storePart({ next: this.#next });
    if (effect === null) throw new Error('There is nothing to do on the file.');
    const result = this.device.perform(effect);
    this.#feed(result);
    this.#hear();
    return appliesRows(effect) ? shownFaults(this.device) : [];
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
