import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyTransaction } from '../../db/replica/exchange/apply.ts';
import { listConflicts } from '../../db/replica/exchange/conflicts.ts';
import { exportTransactions } from '../../db/replica/exchange/export.ts';
import { undo } from '../../db/replica/log/undo.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../db/replica/rows/write.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import {
  closeWorkspace,
  createWorkspace,
  openWorkspace,
  type OpenWorkspace,
} from '../../db/replica/workspace/workspace.ts';

/** A clock that stands still: the original and the copy can only be told apart by their sessions. */
const now = () => Date.UTC(2026, 0, 1);

function rename(workspace: OpenWorkspace, id: string, title: string): void {
  transact(workspace.replica, { command: 'rename' }, (tx) =>
    updateRow(tx, 'research_sessions', id, { title }),
  );
}

/** Both give each other everything that they have, shared history included, twice. */
function exchange(a: OpenWorkspace, b: OpenWorkspace): void {
  const [fromA, fromB] = [a, b].map(({ replica }) => exportTransactions(replica.db, 0));
  for (let round = 0; round < 2; round += 1) {
    for (const { transaction } of fromA ?? []) applyTransaction(b.replica, transaction);
    for (const { transaction } of fromB ?? []) applyTransaction(a.replica, transaction);
  }
}

function shown({ replica }: OpenWorkspace, id: string) {
  return {
    title: getRow(replica.db, 'research_sessions', id)?.title,
    conflicts: listConflicts(replica.db, id).map((conflict) => [conflict.id, conflict.lost]),
  };
}

interface Outcome {
  readonly original: ReturnType<typeof shown>;
  readonly copy: ReturnType<typeof shown>;
}

/** A file and its copy, both edited, exchanged, edited and exchanged again. `sessionOfCopy` plants a copy that stamps as its original does. */
function history(sessionOfCopy: (original: OpenWorkspace) => string | undefined): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'copied-'));
  const open: OpenWorkspace[] = [];
  try {
    const [from, to] = [join(folder, 'original'), join(folder, 'copy')];
    const made = createWorkspace({ folder: from, name: 'W', authorName: 'P', now });
    const id = transact(made.replica, { command: 'add' }, (tx) =>
      insertRow(tx, 'research_sessions', { title: 'before', research_question: 'Q?' }),
    ).result;
    closeWorkspace(made);
    cpSync(from, to, { recursive: true });
    const original = openWorkspace({ folder: from, now });
    open.push(original);
    const opened = openWorkspace({ folder: to, now });
    open.push(opened);
    const session = sessionOfCopy(original) ?? opened.replica.session;
    const copy = { ...opened, replica: { ...opened.replica, session } };
    const look = () => ({ original: shown(original, id), copy: shown(copy, id) });

    rename(original, id, 'of the original');
    rename(copy, id, 'of the copy');
    exchange(original, copy);
    const once = look();
    rename(original, id, 'after');
    undo(original.replica);
    exchange(original, copy);
    return [once, look()];
  } finally {
    for (const workspace of open) closeWorkspace(workspace);
    rmSync(folder, { recursive: true, force: true });
  }
}

test('[MR1] [MR4] [MR28] a copied file and its original, edited under one frozen clock, lose nothing and agree', () => {
  const [once, undone] = history(() => undefined);
  expect(once?.copy).toEqual(once?.original);
  expect(undone?.copy).toEqual(undone?.original);
  expect(undone?.copy.title).toBe(once?.copy.title);
  const { title, conflicts = [] } = once?.original ?? {};
  expect(conflicts).toHaveLength(1);
  expect(new Set([title, conflicts[0]?.[1]])).toEqual(new Set(['of the copy', 'of the original']));
});

test('[MR1] a planted copy that stamps as its original does is caught: the two disagree', () => {
  const [once] = history((original) => original.replica.session);
  expect(once?.copy).not.toEqual(once?.original);
});
