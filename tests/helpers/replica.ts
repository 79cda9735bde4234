import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Id } from '../../db/catalogue/rows.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { type OpenWorkspace, closeWorkspace, createWorkspace } from '../../db/replica/workspace/workspace.ts';
import { readMeta } from '../../db/replica/transaction/meta.ts';
import { transact } from '../../db/replica/transaction/transact.ts';

/** Runs a test on a fresh workspace in a temporary folder, and removes both. */
export function withWorkspace<T>(
  body: (workspace: OpenWorkspace) => T,
  dataKey: Uint8Array | null = null,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'Test', authorName: 'Ada', dataKey });
  try {
    return body(workspace);
  } finally {
    closeWorkspace(workspace);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A session in the Personal project. */
export function addSession(workspace: OpenWorkspace, title = 'Session'): Id {
  const { replica } = workspace;
  const project_id = readMeta(replica.db, 'personal-project') ?? null;
  return transact(replica, { command: 'session.add' }, (tx) =>
    insertRow(tx, 'research_sessions', { title, research_question: `${title}?`, project_id }),
  ).result;
}

/** A piece of evidence entered by hand. */
export function addEvidence(workspace: OpenWorkspace, session_id: Id, title: string): Id {
  return transact(workspace.replica, { command: 'evidence.add' }, (tx) =>
    insertRow(tx, 'evidence', { session_id, title, source_type: 'manual_entry' }),
  ).result;
}
