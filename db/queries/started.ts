import type { ReadableDb } from '../replica/sqlite/open.ts';

/** Which of the first steps were taken in a workspace, as its rows tell. */
export interface StartedSteps {
  readonly document: boolean;
  readonly quote: boolean;
  readonly claim: boolean;
  readonly export: boolean;
}

/** Looks for one row of each kind; what is in the trash does not count. */
export function startedSteps(db: ReadableDb): StartedSteps {
  const has = (from: string): boolean =>
    db.statements.value<number>(`SELECT EXISTS (SELECT 1 FROM ${from})`) === 1;
  return {
    document: has('evidence WHERE _deleted = 0'),
    quote:
      has('claim_evidence WHERE _deleted = 0 AND quote IS NOT NULL') ||
      has('annotations WHERE _deleted = 0 AND quote IS NOT NULL'),
    claim: has('research_claims WHERE _deleted = 0'),
    export: has(`audit_outbox WHERE destination = 'export'`),
  };
}
