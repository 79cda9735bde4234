/**
 * Planted mistakes of sync, each one a loss that other systems have had. A test alone switches one on, to prove that the simulator
 * would notice it; every switch is off when it is left out.
 */
export interface SyncMutants {
  /** The cursor moves in a transaction of its own, before the rows. */
  readonly cursorFirst?: boolean;
  /** A row that cannot be applied is passed over, and the cursor moves on. */
  readonly badRowSkipped?: boolean;
  /** Rows of entities that this build does not know are dropped. */
  readonly unknownEntityDropped?: boolean;
  /** Columns that this build does not know are dropped when a page is applied. */
  readonly unknownColumnDropped?: boolean;
  /** A pulled row replaces what waits to be sent. */
  readonly pendingNotRebased?: boolean;
  /** What was acknowledged is never sent again, even where the server has lost it. */
  readonly ackedForgotten?: boolean;
  /** Another client id strands what had been numbered. */
  readonly roadDropsQueue?: boolean;
  /** Taking a scope away also takes what was not sent. */
  readonly revokeDropsQueue?: boolean;
  /** A refused transaction vanishes. */
  readonly refusalForgotten?: boolean;
  /** A refused transaction stays on the screen as if it were accepted. */
  readonly refusalStaysShown?: boolean;
  /** Work on a session that stays here is queued like any other. */
  readonly localOnlyQueued?: boolean;
  /** The encoder lets values out that the policy keeps back. */
  readonly egressOpen?: boolean;
  /** A mask that was pulled is stored as an empty value. */
  readonly maskAsNull?: boolean;
  /** A purge leaves the values in the log. */
  readonly purgeKeepsLog?: boolean;
  /** Somebody else who signs in takes the file over, and what waits in it. */
  readonly principalIgnored?: boolean;
  /** After a restore of the server the cursors stay where they were. */
  readonly epochKeepsCursors?: boolean;
  /** The chain's hash is not compared: numbers alone say how far the server is. */
  readonly chainIgnored?: boolean;
  /** What was refused is taken up in several transactions. */
  readonly answerInPieces?: boolean;
  /** Much may be taken away at once without asking the server's digest. */
  readonly brakeReleased?: boolean;
  /** What was sent and not answered is never sent again. */
  readonly inFlightStuck?: boolean;
  /** A push that arrives before the one that it stands behind is taken for a fork. */
  readonly gapTakesRoad?: boolean;
  /** The answer to a push is taken for one to those before it. */
  readonly laterAnswerCovers?: boolean;
  /** A row that is not given when it is asked for by name goes. */
  readonly missingTakesAway?: boolean;
  /** A scope that may not be read any more stays. */
  readonly revokeIgnored?: boolean;
}

export const noSyncMutants: SyncMutants = {};
