import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect, Reply, ServerEffect, StoreEffect } from '../../../sync/client/effects.ts';
import type { View } from '../sync/view.ts';
import type { Edit } from './scope.ts';

/** What came of one half of a pair of effects whose other half is to come. */
export type Half = { readonly reply: Reply } | { readonly result: unknown };

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
  readonly half: Half | null;
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
  | { readonly do: 'reply'; readonly reply: Reply }
  | { readonly do: 'crash' };

type Asking = Pick<LaptopState, 'next' | 'half'>;

/** The transaction on its file that a laptop does next, if there is one to do. */
export function storePart({ next, half }: Asking): StoreEffect | null {
  if (next?.to === 'store') return next;
  return next?.to === 'both' && (half === null || 'reply' in half) ? next.store : null;
}

/** The message that a laptop waits for an answer to, if there is one. */
export function serverPart({ next, half }: Asking): ServerEffect | null {
  if (next?.to === 'server') return next;
  return next?.to === 'both' && (half === null || 'result' in half) ? next.server : null;
}
