import type { SyncStatus } from '../../../preload/contract/sync.ts';
import type { StoreEffect } from '../../../sync/client/effects.ts';
import type { Greeted, PageOutcome } from '../../../sync/client/store-calls.ts';
import type { PushAnswer } from '../../../sync/protocol/messages.ts';

type Progress = NonNullable<SyncStatus['progress']>;

/** A pace is said once it has been kept for as long: before, it is chance. */
const settledMs = 1500;

export interface ProgressOptions {
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** Transactions that wait to be sent. */
  readonly waiting: number;
  /** Rows of the server that are here already, where the first sync has not come to its end; null in later ones, whose end nobody knows. */
  readonly here: number | null;
}

/**
 * How far a cycle has come, and how long it will take at the pace that it has kept. What is counted are transactions on the way out and
 * rows on the way in.
 */
export class SyncProgress {
  readonly #options: ProgressOptions;
  #phase: Progress['phase'] = 'sending';
  #done = 0;
  #total: number | null;
  #since: number;
  #expected: number | null = null;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#total = options.waiting;
    this.#since = options.now();
  }

  /** Hears of a step of the engine and what came of it; true where there is more to show than before. */
  note(effect: StoreEffect, answer: unknown): boolean {
    if (effect.call === 'greeted') {
      const wanted = new Set((answer as Greeted).want.map(({ scope }) => scope));
      const taken = effect.input.scopes.filter(({ scope }) => wanted.has(scope));
      const rows = taken.reduce((sum, scope) => sum + Number(scope.rows), 0);
      const { here } = this.#options;
      this.#expected = here === null ? null : Math.max(0, rows - here);
      return false;
    }
    const answered = answerIn(effect);
    if (answered !== null) {
      this.#done += answered.results.length;
      return true;
    }
    if (effect.call !== 'applyPage') return false;
    if (this.#phase === 'sending') this.#take();
    this.#done += (answer as PageOutcome).rows;
    return true;
  }

  /** How it stands; null while nothing moves. */
  shown(): Progress | null {
    if (this.#done === 0 && (this.#total ?? 0) === 0) return null;
    // More may come than was counted at the beginning: others write meanwhile.
    const total = this.#total === null || this.#total === 0 ? null : Math.max(this.#total, this.#done);
    return { phase: this.#phase, done: this.#done, total, secondsLeft: this.#secondsLeft(total) };
  }

  #take(): void {
    this.#phase = 'taking';
    this.#done = 0;
    this.#total = this.#expected;
    this.#since = this.#options.now();
  }

  #secondsLeft(total: number | null): number | null {
    const elapsed = this.#options.now() - this.#since;
    if (total === null || this.#done === 0 || elapsed < settledMs) return null;
    return Math.ceil(((total - this.#done) * elapsed) / this.#done / 1000);
  }
}

/** The answer to a push that a step takes up: by itself, or with the next batch. */
function answerIn(effect: StoreEffect): PushAnswer | null {
  if (effect.call === 'pushed') return effect.input;
  return effect.call === 'takeBatch' ? effect.input.answered : null;
}
