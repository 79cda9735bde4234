import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import type { HeaderLine } from '../../../sync/protocol/row-state.ts';
import { idToBlob } from '../rows/ids.ts';
import { inTurns, rowsAtOnce, valuesText } from '../sqlite/many-rows.ts';
import { markStale } from './answers.ts';
import { knownRow, versionColumns, versionOf } from './apply-row.ts';
import type { RowContext } from './row-context.ts';

/** A header with the scope that it belongs to on this laptop. */
export interface PlacedHeader {
  readonly line: HeaderLine;
  readonly scope: string;
}

/** Notes the versions of rows that are here as their headers say. Those that are not are asked for by name. */
export function confirmRows(context: RowContext, headers: readonly PlacedHeader[]): void {
  const ofEntity = new Map<number, PlacedHeader[]>();
  for (const header of headers) {
    const group = ofEntity.get(header.line.e) ?? [];
    group.push(header);
    ofEntity.set(header.line.e, group);
  }
  for (const [e, group] of ofEntity) {
    const entity = entityOfNumber(e);
    for (const some of inTurns(group)) {
      const areHere =
        entity !== undefined &&
        some.length === rowsAtOnce &&
        some.every(({ line }) => line.f === undefined) &&
        noteHere(context, entity, some) === rowsAtOnce;
      // What was noted a moment ago is found to be so: a version is noted once.
      if (!areHere) for (const header of some) confirmRow(context, entity, header);
    }
  }
}

function confirmRow(
  context: RowContext,
  entity: EntityName | undefined,
  { line, scope }: PlacedHeader,
): void {
  const known = () => knownRow(context.tx, line.e, idToBlob(line.i));
  // Somebody else wrote into this version: it is here only where what they wrote has come (P11).
  const isOlder = line.f !== undefined && (known()?.seq ?? 0) < Number(line.f);
  if (entity !== undefined && !isOlder && noteHere(context, entity, [{ line, scope }]) > 0) return;
  const had = known();
  if (had !== undefined && Number(line.s) <= had.seq && had.round === context.round(scope)) return;
  // A row that is to be asked for stays so: a header says nothing of what was refused here.
  if (had?.hash !== '') markStale(context.tx.replica.db, [{ e: line.e, i: line.i, scope }]);
}

/**
 * Notes versions of rows whose content is in their table already, and answers with how many it noted: none that is not there in this
 * scope, of which what is known is no older, or that is to be asked for.
 */
function noteHere(context: RowContext, entity: EntityName, headers: readonly PlacedHeader[]): number {
  const values = headers.flatMap(({ line, scope }) => versionOf(context, line, scope));
  return context.tx.replica.db.statements.run(
    `INSERT INTO sync_rows (${versionColumns.join(', ')})
     SELECT * FROM (${valuesText(headers.length, versionColumns.length)})
     WHERE EXISTS (SELECT 1 FROM ${entity} WHERE id = column2 AND _scope = column3)
     ON CONFLICT DO UPDATE SET scope = excluded.scope, seq = excluded.seq, hash = excluded.hash,
       round = excluded.round, held = NULL
       WHERE sync_rows.hash <> '' AND (excluded.seq > sync_rows.seq OR excluded.round <> sync_rows.round)`,
    ...values,
  );
}
