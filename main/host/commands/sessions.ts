import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { insertRow, restoreRow } from '../../../db/replica/rows/write.ts';
import { readMeta, writeMeta } from '../../../db/replica/transaction/meta.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Done } from './edits.ts';

export interface SessionRequest {
  readonly sessionId?: Id | undefined;
  readonly newSession?: { readonly question: string; readonly title?: string | undefined } | undefined;
}

const longestTitle = 80;

/** The session that captured documents go to: the one that is named, a new one, or the Inbox, which is made once. */
export function sessionForCapture(replica: Replica, request: SessionRequest): Done<{ sessionId: Id }> {
  if (request.sessionId !== undefined)
    return { result: existing(replica, request.sessionId), command: '', changes: [] };
  if (request.newSession !== undefined) return createSession(replica, request.newSession);
  return inbox(replica);
}

function existing(replica: Replica, sessionId: Id): { sessionId: Id } {
  const row = getRow(replica.db, 'research_sessions', sessionId);
  if (row !== undefined && !row._deleted) return { sessionId };
  throw new WorkbenchError('not-found', 'This session is not there, or is in the trash. Nothing was added.', {
    id: sessionId,
  });
}

function createSession(
  replica: Replica,
  { question, title }: { readonly question: string; readonly title?: string | undefined },
): Done<{ sessionId: Id }> {
  const command = 'add.research_sessions';
  const { result, changes } = transact(replica, { command }, (tx) => ({
    sessionId: insertRow(tx, 'research_sessions', {
      project_id: readMeta(replica.db, 'personal-project') ?? null,
      title: title ?? question.slice(0, longestTitle),
      research_question: question,
      started_at: tx.at,
    }),
  }));
  return { result, command, changes };
}

function inbox(replica: Replica): Done<{ sessionId: Id }> {
  const known = readMeta(replica.db, 'inbox');
  const row = known === undefined ? undefined : getRow(replica.db, 'research_sessions', known);
  if (row !== undefined && !row._deleted) return { result: { sessionId: row.id }, command: '', changes: [] };
  const command = 'inbox.create';
  const { result, changes } = transact(replica, { command }, (tx) => {
    if (row !== undefined) {
      restoreRow(tx, 'research_sessions', row.id);
      return { sessionId: row.id };
    }
    const sessionId = insertRow(tx, 'research_sessions', {
      project_id: readMeta(replica.db, 'personal-project') ?? null,
      title: 'Inbox',
      started_at: tx.at,
    });
    writeMeta(replica.db, 'inbox', sessionId);
    return { sessionId };
  });
  return { result, command, changes };
}
