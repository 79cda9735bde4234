import { columnsOf, type EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { isKeepable, keepValue, keptCells, whyNotKept } from '../../../db/replica/sync/kept-cells.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { HideableValue } from '../../../preload/contract/leaving.ts';
import type { Done } from '../commands/edits.ts';

/** What a screen asks of values that a person may hide from others. */
export function keptValueQuestions(db: ReadableDb) {
  return {
    'sync.hideable': ({ entity, id }: { entity: EntityName; id: Id }): { values: HideableValue[] } => {
      const row = getRow(db, entity, id);
      if (row === undefined)
        throw new WorkbenchError('not-found', 'There is no such row. It may have been purged.');
      const values: Readonly<Record<string, unknown>> & { readonly id: Id } = { ...row };
      const kept = keptCells(db).get(id);
      return {
        values: columnsOf(entity)
          .filter(([column, spec]) => isKeepable(spec) && values[column] !== null)
          .map(([column, { n }]) => ({
            column,
            value: values[column] as never,
            hidden: kept?.has(String(n)) === true,
            mayHide: whyNotKept(db, entity, values, column) === null,
          })),
      };
    },
  };
}

/** Hides values from others, or shows them again, all in one step. */
export function keptValueFunctions({ replica }: OpenWorkspace, finish: <T>(done: Done<T>) => T) {
  return {
    'sync.hide': (input: { entity: EntityName; id: Id; columns: readonly string[]; hidden: boolean }) => {
      const command = 'sync.keepValues';
      const { result, changes } = transact(replica, { command }, (tx) => ({
        changed: input.columns.filter((column) => keepValue(tx, input.entity, input.id, column, input.hidden))
          .length,
      }));
      return finish({ result, command, changes });
    },
  };
}
