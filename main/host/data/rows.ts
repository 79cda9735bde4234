import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { columnsOf } from '../../../db/catalogue/catalogue.ts';
import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { idsNamed } from '../../../db/queries/labels.ts';
import { listConflicts } from '../../../db/replica/exchange/conflicts.ts';
import { historyOf } from '../../../db/replica/log/history.ts';
import { readJudgement } from '../../../db/replica/rows/elements.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { countRows, getRow, listRows, type ListOptions } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';

export interface RowsRequest {
  readonly entity: EntityName;
  readonly sessionId?: Id | undefined;
  readonly trash: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A window of an entity's rows: all of the workspace, or those that belong to one session. */
export function rowWindow(db: ReadableDb, request: RowsRequest) {
  const options: ListOptions = { trash: request.trash, ...inSession(request.entity, request.sessionId) };
  const rows = listRows(db, request.entity, { ...options, limit: request.limit, offset: request.offset });
  return {
    offset: request.offset,
    total: countRows(db, request.entity, options),
    rows: rows.map((row) => ({ ...row })),
  };
}

function inSession(entity: EntityName, sessionId: Id | undefined): Pick<ListOptions, 'where' | 'values'> {
  if (sessionId === undefined) return {};
  const scope = `session:${sessionId}`;
  const used = 'SELECT artifact_id FROM evidence WHERE session_id = ? AND _deleted = 0';
  if (entity === 'artifacts') {
    return { where: `artifacts.id IN (${used})`, values: [idToBlob(sessionId)] };
  }
  if (entity === 'content_extractions' || entity === 'metadata_tags') {
    return { where: `${entity}.artifact_id IN (${used})`, values: [idToBlob(sessionId)] };
  }
  return { where: `${entity}._scope = ?`, values: [scope] };
}

/** One row with its label, what people hold of its judged columns, and its undecided conflicts. */
export function rowDetail(db: ReadableDb, { entity, id }: { entity: EntityName; id: Id }) {
  const row = getRow(db, entity, id);
  if (row === undefined) throw missing(entity);
  const judged = columnsOf(entity).filter(
    ([, spec]) => spec.merge === 'judgement' && entity !== 'judgements',
  );
  return {
    row: { ...row },
    label: labelOf(entity, id),
    conflicts: listConflicts(db, id).map(({ base, shown, lost, by, ...conflict }) => ({
      id: conflict.id,
      entity: conflict.entity,
      row: conflict.row,
      column: conflict.column,
      base,
      mine: shown,
      theirs: lost,
      by,
    })),
    judgements: judged.map(([column]) => {
      const { state, value, positions } = readJudgement(db, id, column);
      return { column, state, value, positions: [...positions] };
    }),
  };
}

/** Every step of a row's history, newest first. */
export function rowHistory(db: ReadableDb, { entity, id }: { entity: EntityName; id: Id }) {
  if (getRow(db, entity, id) === undefined) throw missing(entity);
  return { entries: historyOf(db, entity, id).map((step) => ({ ...step, columns: { ...step.columns } })) };
}

/** The one row whose id begins so, or whose label this is. Throws where there is none, or more than one. */
export function resolveRow(
  db: ReadableDb,
  { entity, text }: { entity: EntityName; text: string },
): { id: Id } {
  const found = idsNamed(db, entity, text);
  const [only] = found;
  if (only !== undefined && found.length === 1) return { id: only };
  if (found.length === 0) throw missing(entity);
  throw new WorkbenchError('invalid-input', 'Several rows begin so. Give more of the id.', {
    found: found.length,
  });
}

function missing(entity: EntityName): WorkbenchError {
  return new WorkbenchError('not-found', `There is no such row of ${entity}. It may have been purged.`, {
    entity,
  });
}
