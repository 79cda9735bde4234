import { columnSpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { readDocument, wordsOf, writeText } from '../rows/text.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { noteConverted, shownLineage } from './convert-text.ts';
import { type Conflict, dismissConflicts, pickValue } from './conflicts.ts';

/** Whether two lineages of a text stand against each other, both of which may be read here: the conflict's values are their ids. */
function isBetweenLineages({ entity, column, shown, lost }: Conflict): boolean {
  const isText = columnSpec(entity, column)?.merge === 'text';
  return isText && typeof lost === 'string' && (shown === null || typeof shown === 'string');
}

/** A conflict as a person reads it: lineages of a text as their words, other values as they are. */
export function readableConflict(db: ReadableDb, conflict: Conflict): Conflict {
  if (!isBetweenLineages(conflict)) return conflict;
  const { row, column } = conflict;
  const words = (lineage: Json): Json =>
    typeof lineage === 'string' ? wordsOf(readDocument(db, row, column, lineage)) : null;
  return {
    ...conflict,
    base: words(conflict.base),
    shown: words(conflict.shown),
    lost: words(conflict.lost),
  };
}

/**
 * Picks a value of a conflict as `readableConflict` gave it, or another one (MR14). A text takes the words as an edit of the lineage that
 * is shown, which goes on being everybody's; the lost lineage is settled (MR10).
 */
export function pickReadable(tx: Transaction, conflict: Conflict, value: Json): void {
  if (!isBetweenLineages(conflict)) {
    pickValue(tx, conflict, value);
    return;
  }
  const { entity, row, column, cell, stamp, lost } = conflict;
  writeText(tx, entity, row, column, typeof value === 'string' ? value : '');
  const into = shownLineage(tx.replica.db, entity, row, column);
  if (into !== null && typeof lost === 'string') noteConverted(tx, { owner: row, column, lost, into });
  dismissConflicts(tx, entity, row, cell, [stamp]);
}
