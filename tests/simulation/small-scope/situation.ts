import type { LaptopState, LocalMove } from './laptop.ts';
import { storePart, unanswered } from './laptop.ts';
import type { Scope } from './scope.ts';
import type { Message, ServerState } from './server.ts';

/** Everything between two moves: the laptops, the server, what is on its way, and what may still go wrong. */
export interface Situation {
  readonly laptops: readonly LaptopState[];
  readonly server: ServerState;
  /** States that the server may go back to; none where it will not. */
  readonly older: readonly ServerState[];
  /** Messages that were thought lost and may still arrive. */
  readonly late: readonly Message[];
  readonly faultsLeft: number;
  readonly restoresLeft: number;
}

/** What happens to a message, whose sender waits. All but the first are faults. */
export const ways = [
  'arrives',
  'is lost',
  'is answered, and the answer is lost',
  'arrives twice',
  'is late',
  'is answered, and the laptop stops',
] as const;
export type Way = (typeof ways)[number];

export type Move =
  | { readonly kind: 'local'; readonly at: number; readonly move: LocalMove; readonly faults: number }
  | {
      readonly kind: 'message';
      readonly at: number;
      /** Its place among the laptop's messages on their way. */
      readonly place: number;
      readonly message: Message;
      readonly way: Way;
    }
  | { readonly kind: 'late'; readonly message: Message }
  | { readonly kind: 'restore'; readonly to: number };

/** The situation as a text: equal situations have the same future. */
export function nameOf({ laptops, server, older, late, faultsLeft, restoresLeft }: Situation): string {
  const parts = [
    laptops.map(({ key }) => key).join(' '),
    server.key,
    older.map(({ key }) => key).join(' '),
    late
      .map(({ from, text }) => `${from} ${text}`)
      .toSorted()
      .join(' '),
  ];
  return `${parts.join('|')}|${faultsLeft}|${restoresLeft}`;
}

/**
 * Every move that has to be tried. What a laptop does by itself is the same whenever others do what they do, so where a laptop waits for
 * nobody its moves alone are tried, and the orders of such moves with those of others are left out: they lead to the same situations.
 */
export function movesOf(situation: Situation, scope: Scope): Move[] {
  const { laptops, late, older, faultsLeft, restoresLeft } = situation;
  const all = laptops.map((laptop, at) => localMoves(laptop, at, scope, faultsLeft));
  const alone = all.find(
    (moves, at) => moves.length > 0 && messagesOf(laptops[at] as LaptopState).length === 0,
  );
  if (alone !== undefined) return alone;
  return [
    ...all.flat(),
    ...laptops.flatMap((laptop, at) => messageMoves(laptop, at, faultsLeft)),
    ...late.map((message): Move => ({ kind: 'late', message })),
    ...(restoresLeft === 0 ? [] : older.map((_, to): Move => ({ kind: 'restore', to }))),
  ];
}

function localMoves(laptop: LaptopState, at: number, { edits }: Scope, faultsLeft: number): Move[] {
  const local = (move: LocalMove, faults = 0): Move => ({ kind: 'local', at, move, faults });
  const isRunning = laptop.answers !== null;
  return [
    ...(laptop.editsLeft === 0 ? [] : edits.map((edit) => local({ do: 'edit', edit }))),
    ...(isRunning || laptop.cyclesLeft === 0 ? [] : [local({ do: 'begin', free: false })]),
    ...(storePart(laptop) === null ? [] : [local({ do: 'perform' })]),
    // Before a cycle has done anything a stop changes nothing.
    ...(faultsLeft === 0 || laptop.answers === null || laptop.answers.length === 0
      ? []
      : [local({ do: 'crash' }, 1)]),
  ];
}

function messageMoves(laptop: LaptopState, at: number, faultsLeft: number): Move[] {
  return messagesOf(laptop).flatMap(({ place, message }) =>
    ways
      .slice(0, faultsLeft > 0 ? ways.length : 1)
      .map((way): Move => ({ kind: 'message', at, place, message, way })),
  );
}

/** The messages that a laptop has sent and that have not been answered, each with its place. */
export function messagesOf(
  laptop: LaptopState,
): readonly { readonly place: number; readonly message: Message }[] {
  return unanswered(laptop).map(({ place, message: { call, text } }) => ({
    place,
    message: { from: laptop.name, user: laptop.user, call, text },
  }));
}

/** A move in words. */
export function wordsOf({ laptops }: Situation, move: Move): string {
  switch (move.kind) {
    case 'message':
      return `${move.place === 0 ? '' : 'second '}${move.message.call} of ${move.message.from} ${move.way}`;
    case 'late':
      return `${move.message.call} of ${move.message.from} arrives late`;
    case 'restore':
      return `the server goes back to its state ${move.to}`;
    case 'local': {
      const laptop = laptops[move.at];
      const name = laptop?.name ?? '';
      if (move.move.do === 'edit') return `${name}: ${move.move.edit}`;
      if (move.move.do === 'perform' && laptop !== undefined)
        return `${name}: ${storePart(laptop)?.call ?? ''}`;
      return `${name}: ${move.move.do}`;
    }
  }
}
