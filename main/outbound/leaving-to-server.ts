import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnsOf } from '../../db/catalogue/catalogue.ts';
import { labelOf } from '../../db/catalogue/label.ts';
import type { Row } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { keptCells } from '../../db/replica/sync/kept-cells.ts';
import { waitingToSend } from '../../db/replica/sync/outbox.ts';
import type { LeavingRow, LeavingSession } from '../../preload/contract/leaving.ts';
import { parseScope } from '../../sync/core/scope.ts';
import { factsOf } from './facts.ts';
import { rulingOnSyncedFile, type TextOf } from './file-ruling.ts';
import { allRows, countRowsOf, type NamedRow, placeOf, waitingRows } from './leaving-rows.ts';
import {
  rulingForServer,
  rulingOnWholeRow,
  type ServerPolicies,
  type ServerRuling,
} from './server-ruling.ts';

export interface LeavingToServerRequest {
  readonly which: 'all' | 'waiting';
  readonly sessionId?: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

/**
 * What would leave for the server: the rows with their fields and files, each with the ruling that the encoder and the exchange of
 * files would follow. Nothing is sent and no receipt is written.
 */
export function leavingToServer(
  db: ReadableDb,
  policies: ServerPolicies,
  textOf: TextOf,
  request: LeavingToServerRequest,
) {
  const named = request.which === 'all' ? allRows(db, request) : waitingRows(db, request);
  const kept = keptCells(db);
  const last = named.at(-1);
  return {
    sentence: sentenceOf(db),
    sessions: request.after === null ? sessionsOf(db, policies, request.sessionId) : [],
    rows: named.flatMap((row) => leavingRow(db, policies, textOf, row, kept.get(row.id))),
    next: last === undefined || named.length < request.limit ? null : placeOf(last),
  };
}

function sentenceOf(db: ReadableDb): string {
  const { count } = waitingToSend(db);
  return count === 0
    ? 'Nothing waits to be sent.'
    : `${count} ${count === 1 ? 'change waits' : 'changes wait'} to be sent; each line says which fields go, and by which rule.`;
}

function leavingRow(
  db: ReadableDb,
  policies: ServerPolicies,
  textOf: TextOf,
  { entity, id, columns }: NamedRow,
  kept: ReadonlySet<string> | undefined,
): LeavingRow[] {
  const row = getRow(db, entity, id);
  if (row === undefined) return [];
  const values: Readonly<Record<string, unknown>> = { ...row };
  const facts = factsOf(db, entity, values);
  const whole = rulingOnWholeRow(policies, entity, facts);
  const fields = new Map<string, LeavingRow['fields'][number]>();
  for (const [column, { n }] of columnsOf(entity)) {
    const value = values[column];
    if (!isFilled(value) || columns?.has(column) === false) continue;
    const byHand = kept?.has(String(n)) === true ? keptByHand : null;
    const ruling = whole ?? byHand ?? rulingForServer(policies, entity, column, value as Json, facts);
    const key = `${ruling.decision} ${ruling.rule} ${ruling.policy}`;
    const same = fields.get(key) ?? { columns: [], ...shown(ruling) };
    fields.set(key, { ...same, columns: [...same.columns, column] });
  }
  if (fields.size === 0) return [];
  const { kind, id: session } = parseScope(row._scope);
  return [
    {
      entity,
      id,
      label: labelOf(entity, id),
      title: titleOf(entity, values),
      sessionId: kind === 'session' ? session : null,
      fields: [...fields.values()],
      file: entity === 'artifacts' ? fileOf(db, policies, textOf, row as Row<'artifacts'>, whole) : null,
    },
  ];
}

/** What the person keeps from others, value by value. */
const keptByHand: ServerRuling = {
  decision: 'withhold',
  rule: 'by_hand',
  reason: 'You hide this value from others.',
  policy: 0,
};

function fileOf(
  db: ReadableDb,
  policies: ServerPolicies,
  textOf: TextOf,
  artifact: Row<'artifacts'>,
  whole: ServerRuling | null,
): LeavingRow['file'] {
  if (artifact.content_hash === null) return null;
  const ruling = whole ?? rulingOnSyncedFile(db, policies, artifact, textOf);
  return { name: artifact.file_name ?? '', bytes: artifact.file_size, ...shown(ruling) };
}

function shown({ decision, rule, reason, policy }: ServerRuling) {
  // That a session or a value stays on this laptop is its person's own word, whichever settings were asked first.
  const isOwn = policy > 0 || rule === 'local_only' || rule === keptByHand.rule;
  return { decision, rule, reason, whose: isOwn ? ('own' as const) : ('organisation' as const) };
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function titleOf(entity: EntityName, row: Readonly<Record<string, unknown>>): string {
  const titled = columnsOf(entity).find(([, spec]) => spec.search === 'title')?.[0];
  const value = titled === undefined ? null : row[titled];
  return typeof value === 'string' ? value : '';
}

/** Sessions by name, with rows and files that stand in them and what the rules say of their words. */
function sessionsOf(db: ReadableDb, policies: ServerPolicies, only: string | undefined): LeavingSession[] {
  const of = only === undefined ? {} : { where: 'research_sessions.id = ?', values: [idToBlob(only)] };
  return listRows(db, 'research_sessions', of).map((session): LeavingSession => {
    const facts = factsOf(db, 'research_sessions', { ...session });
    const ruling =
      rulingOnWholeRow(policies, 'research_sessions', facts) ??
      rulingForServer(policies, 'research_sessions', 'title', session.title, facts);
    return {
      id: session.id,
      label: labelOf('research_sessions', session.id),
      title: session.title ?? '',
      ...countsOf(db, session.id),
      ...shown(ruling),
    };
  });
}

function countsOf(db: ReadableDb, session: string) {
  const scope = `session:${session}`;
  const rows = countRowsOf(db, scope);
  const files = db.statements.get<{ files: number; bytes: number }>(
    `SELECT count(*) AS files, coalesce(sum(file_size), 0) AS bytes FROM artifacts
     WHERE content_hash IS NOT NULL AND _deleted = 0
       AND id IN (SELECT artifact_id FROM evidence WHERE _scope = ? AND _deleted = 0)`,
    scope,
  );
  return { rows, files: files?.files ?? 0, bytes: files?.bytes ?? 0 };
}
