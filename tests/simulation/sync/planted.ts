import type { RunOptions } from './run.ts';

/** What is planted: on the laptop, in the server's store, or at its edge. */
export type Plant = Pick<RunOptions, 'client' | 'server' | 'edge'>;

/** A loss that another system has had, as a mistake that this code could make, and a history that notices it. */
export interface Planted {
  /** Number of the known loss in the README of this folder. */
  readonly loss: number;
  readonly name: string;
  readonly plant: Plant;
  readonly seed: number;
  readonly steps: number;
}

function mistake(loss: number, name: string, plant: Plant, seed: number, steps = 60): Planted {
  return { loss, name, plant, seed, steps };
}

/** Every known loss has its mistake here, some have several; those of 10, 12, 13, 20 and 29 stand in `planted-scenes.test.ts`. */
export const planted: readonly Planted[] = [
  mistake(1, 'a lower number commits after a higher one was served', { server: { lateCommit: true } }, 1),
  mistake(2, 'the cursor passes over what the page did not reach', { edge: { cursorToHead: true } }, 3),
  mistake(
    3,
    'the order of arrival is taken for that of the numbers',
    { server: { servedByArrival: true } },
    14,
  ),
  mistake(4, 'a copy is followed from a later moment than its own', { edge: { seamAtHead: true } }, 3),
  mistake(5, 'after a restore the cursors stay where they were', { client: { epochKeepsCursors: true } }, 2),
  mistake(6, 'the cursor moves before the rows', { client: { cursorFirst: true } }, 2),
  mistake(7, 'a row that cannot be applied is passed over', { client: { badRowSkipped: true } }, 6),
  mistake(8, 'entities of newer builds are dropped', { client: { unknownEntityDropped: true } }, 12),
  mistake(8, 'columns of newer builds are dropped', { client: { unknownColumnDropped: true } }, 12),
  mistake(
    9,
    'what was acknowledged is not sent to a restored server',
    { client: { ackedForgotten: true } },
    13,
  ),
  mistake(11, 'another client id strands what was numbered', { client: { roadDropsQueue: true } }, 8),
  mistake(14, 'a pulled row replaces what waits', { client: { pendingNotRebased: true } }, 8),
  mistake(15, 'an older edit undoes a delete', { server: { editRevives: true } }, 3),
  mistake(16, 'two pushes get the same numbers', { server: { numbersTwice: true } }, 1),
  mistake(17, 'what was sent and not answered is never sent again', { client: { inFlightStuck: true } }, 1),
  mistake(18, 'an answer that was lost wedges the laptop', { edge: { repeatRefused: true } }, 1),
  mistake(19, 'a clock that is off stops sync', { edge: { driftRefused: true } }, 1),
  mistake(21, 'collecting takes what others still name', { server: { bodiesCollected: true } }, 16, 200),
  mistake(22, 'a row is kept without the writes that lost', { server: { keptWithoutLosers: true } }, 24),
  mistake(23, 'a revoked scope takes unsent work along', { client: { revokeDropsQueue: true } }, 3),
  mistake(23, 'a revoked scope stays', { client: { revokeIgnored: true } }, 3),
  mistake(24, 'what waits is sent under whoever signs in', { client: { principalIgnored: true } }, 3),
  mistake(25, 'work that stays on the laptop is queued', { client: { localOnlyQueued: true } }, 4),
  mistake(25, 'the encoder lets everything out', { client: { egressOpen: true } }, 1),
  mistake(25, 'a mask is stored as an empty value', { client: { maskAsNull: true } }, 5),
  mistake(26, 'rows come without their bodies', { edge: { bodiesForgotten: true } }, 9),
  mistake(
    27,
    'an answer goes out before it is durable',
    { server: { ackBeforeCommit: true }, client: { chainIgnored: true }, edge: { hashesIgnored: true } },
    51,
  ),
  mistake(28, 'what was applied is applied again', { server: { resultsForgotten: true } }, 194),
  mistake(30, 'numbers lose digits', { server: { numbersRounded: true } }, 1),
  mistake(0, 'a push that overtook another is taken for a fork', { client: { gapTakesRoad: true } }, 5),
  mistake(0, 'an answer counts for the push before it', { client: { laterAnswerCovers: true } }, 139, 200),
  mistake(0, 'a refused transaction vanishes', { client: { refusalForgotten: true } }, 2),
  mistake(0, 'a purge leaves values in the log', { client: { purgeKeepsLog: true } }, 3, 200),
];
