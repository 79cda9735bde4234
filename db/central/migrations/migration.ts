/**
 * One reversible step of the central schema: statements in order, run in one transaction. Names sort in the order in which
 * the steps are applied; a released step is never changed.
 */
export interface CentralMigration {
  readonly name: string;
  readonly up: readonly string[];
  /** Takes the step back: afterwards the schema is what it was before `up`. */
  readonly down: readonly string[];
}
