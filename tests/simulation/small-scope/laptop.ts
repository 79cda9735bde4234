import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect, Reply, ServerEffect, StoreEffect } from '../../../sync/client/effects.ts';
import type { View } from '../sync/view.ts';
import type { Edit } from './scope.ts';

/** A message on its way, and what came back for it; nothing yet where it has not arrived. */
export interface OnItsWay {
  readonly message: ServerEffect;
  readonly reply?: Reply;
}

/**
 * One laptop between two moves, as a value: whatever it does next follows from this. The engine has no state but the answers that it
 * got, so a cycle under way is told again from them.
 */
export interface LaptopState {
  /** Equal laptops have equal keys. */
  readonly key: string;
  readonly name: string;
  readonly user: string;
  /** The whole database, compressed. */
  readonly file: Uint8Array;
  /** How often the process was started: each time stamps are of another session. */
  readonly openings: number;
  /** How many ids were made. */
  readonly ids: number;
  /** What the engine was answered in the cycle under way; null where none is. */
  readonly answers: readonly unknown[] | null;
  /** What the engine asks for. */
  readonly next: Effect | null;
  /** What it sent and has not received for, oldest first. */
  readonly sent: readonly OnItsWay[];
  readonly editsLeft: number;
  readonly cyclesLeft: number;
  /** How the last cycle ended. */
  readonly report: CycleReport | null;
  readonly view: View;
  /** What the move that led here did that none may do. */
  readonly faults: readonly string[];
}

/** What may happen on a laptop by itself, or by what it gets. */
export type LocalMove =
  | { readonly do: 'edit'; readonly edit: Edit }
  /** Begins a cycle; `free`: it does not count. */
  | { readonly do: 'begin'; readonly free: boolean }
  /** Does the transaction that the engine asks for. */
  | { readonly do: 'perform' }
  /** What came of the so-manieth message on its way. */
  | { readonly do: 'reply'; readonly at: number; readonly reply: Reply }
  | { readonly do: 'crash' };

/** The transaction on its file that a laptop does next, if there is one to do. */
export function storePart({ next }: Pick<LaptopState, 'next'>): StoreEffect | null {
  return next?.to === 'store' ? next : null;
}

/** The messages for which nothing has come back yet, each with its place among those on their way. */
export function unanswered({
  sent,
}: Pick<LaptopState, 'sent'>): readonly { readonly place: number; readonly message: ServerEffect }[] {
  return sent.flatMap(({ message, reply }, place) => (reply === undefined ? [{ place, message }] : []));
}
