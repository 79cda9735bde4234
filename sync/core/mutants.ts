/**
 * Planted mistakes, each switched on by a test alone to prove that the convergence property would notice it. No
 * caller outside the tests passes any; every switch is off when it is left out.
 */
export interface Mutants {
  /** A write removes every live write, whatever its base names. */
  readonly noBaseCheck?: boolean;
  /** Ties are broken by order of arrival instead of by the stamp. */
  readonly tieOnArrival?: boolean;
  /** A concurrent removal beats an addition to a set. */
  readonly addWinsDropped?: boolean;
  /** A delete wins over writes that its author was not shown. */
  readonly deleteIgnoresUnseen?: boolean;
  /** A stamp that was superseded before its write arrived is forgotten. */
  readonly supersededEarlyForgotten?: boolean;
  /** A demoted write competes like any other. */
  readonly demotedCanWin?: boolean;
  /** A transaction that was applied is applied again. */
  readonly duplicatesApplied?: boolean;
  /** A write to a purged row brings it back. */
  readonly purgeResurrected?: boolean;
  /** A dismissal is not remembered. */
  readonly dismissalForgotten?: boolean;
  /** `once` shows the highest stamp. */
  readonly onceTakesHighest?: boolean;
  /** Only the first stamp of a base is superseded. */
  readonly firstBaseOnly?: boolean;
  /** Values of columns that this build does not know are dropped. */
  readonly unknownDropped?: boolean;
  /** A write of one key of a map removes the other keys. */
  readonly mapMergedWhole?: boolean;
  /** A position joins another author's on the same column. */
  readonly judgementAcrossAuthors?: boolean;
  /** A write that was superseded before it arrived leaves its base alone. */
  readonly baseNotJoined?: boolean;
  /** Conflict ids are made from the winner's stamp. */
  readonly conflictIdFromWinner?: boolean;
  /** A write that arrives before its row is dropped. */
  readonly earlyWriteDropped?: boolean;
}

export const noMutants: Mutants = {};
