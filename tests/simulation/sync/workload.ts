import { dismissConflicts, listConflicts, pickValue } from '../../../db/replica/exchange/conflicts.ts';
import { purge } from '../../../db/replica/log/purge.ts';
import { undo } from '../../../db/replica/log/undo.ts';
import { judge, replaceSet } from '../../../db/replica/rows/elements.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { decideInbox } from '../../../db/replica/sync/decide-inbox.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { Chance } from './chance.ts';
import type { Device } from './device.ts';

/** Words that must never be seen where they do not belong. */
export interface Taints {
  /** In sessions that stay on a laptop. */
  readonly local: string;
  /** Words that stand in one row alone, by row, and those of rows that were purged. */
  readonly written: Map<string, string>;
  readonly purged: Map<string, string>;
}

interface Place {
  readonly device: Device;
  readonly chance: Chance;
  readonly taints: Taints;
  readonly count: number;
}

function edit<T>(device: Device, body: (tx: Transaction) => T, pick = false): T {
  return transact(device.replica, { command: 'edit', pick }, body).result;
}

/** One random piece of work of a person on a laptop. Answers with what it was, for the trace. */
export function work(place: Place): string {
  const { device, chance } = place;
  try {
    return workOn(place);
  } catch (error) {
    // Commands refuse what may not be done, such as editing what is in the trash; anything else is a fault.
    if (error instanceof Error && error.name === 'InputError') return `refused ${chance.below(1)}`;
    throw new Error(`work on ${device.name}`, { cause: error });
  }
}

function workOn({ device, chance, taints, count }: Place): string {
  const { db } = device.replica;
  const sessions = listRows(db, 'research_sessions', { orderBy: 'research_sessions.id' });
  const session = chance.pick(sessions);
  if (session === undefined) return 'nothing to work on';
  const all = [
    ...listRows(db, 'evidence', { orderBy: 'evidence.id' }),
    ...listRows(db, 'evidence', { trash: true, orderBy: 'evidence.id' }),
  ];
  const row = chance.hits(0.6) ? all[chance.below(Math.min(3, all.length))] : chance.pick(all);
  const word = `w${chance.below(5)}`;
  const kind = chance.below(25);
  if (row === undefined || kind <= 2) {
    const taint = session.local_only === true ? taints.local : '';
    edit(device, (tx) =>
      insertRow(tx, 'evidence', {
        session_id: session.id,
        title: `${taint}t${count}`,
        metadata: { k: count, exact: count / 7 },
        file_name: `${word}.txt`,
        original_path: `SECRET-${count}`,
      }),
    );
    return 'add';
  }
  const { id } = row;
  const local = sessions.find((each) => each.id === row.session_id)?.local_only === true;
  const said = local ? `${taints.local}${word}` : word;
  if (kind <= 6) edit(device, (tx) => updateRow(tx, 'evidence', id, { title: said }));
  else if (kind === 7) edit(device, (tx) => updateRow(tx, 'evidence', id, { summary: said, language: word }));
  else if (kind === 8)
    edit(device, (tx) =>
      updateRow(tx, 'evidence', id, { metadata: { ...(row.metadata as object), [word]: count } }),
    );
  else if (kind === 9) edit(device, (tx) => replaceSet(tx, 'evidence', id, 'tags', [said, 'always']));
  else if (kind === 10)
    edit(device, (tx) => judge(tx, 'evidence', id, 'reliability', chance.pick(['A', 'B', 'C']) ?? 'A'));
  else if (kind === 11) return writeNotes(device, id, `${local ? taints.local : ''}n${count}-${device.name}`);
  else if (kind === 12) edit(device, (tx) => removeRow(tx, 'evidence', id));
  else if (kind === 13) edit(device, (tx) => restoreRow(tx, 'evidence', id));
  else if (kind === 14) undo(device.replica);
  else if (kind <= 16) return resolve(device, chance, id);
  else if (kind === 17) return endForGood(device, taints, marked(device, chance, taints) ?? id, count);
  else if (kind === 18)
    edit(device, (tx) =>
      updateRow(tx, 'research_sessions', session.id, {
        title: `${local ? '' : word}`,
        status: chance.pick(['paused', 'completed', 'active']) ?? 'active',
      }),
    );
  else if (kind === 19)
    edit(device, (tx) =>
      insertRow(tx, 'research_claims', {
        session_id: session.id,
        claim_text: session.local_only === true ? taints.local : `c${count}`,
        position: word,
      }),
    );
  else if (kind === 20)
    edit(device, (tx) => insertRow(tx, 'saved_searches', { name: `s${count}`, query: word }));
  else if (kind === 21) return decide(device, chance);
  else if (kind === 22) return keepHere(device, taints, session.project_id, count);
  else if (kind === 23) return openSession(device, session.project_id, count);
  else
    edit(device, (tx) => {
      updateRow(tx, 'evidence', id, { author: word });
      updateRow(tx, 'evidence', id, { source_name: said });
    });
  return `edit ${kind}`;
}

/** Words that every text of a simulation begins with, and has once. */
export const opening = 'Begun.';

/** Adds words to a text; the first to write begins it. `lineageShared`: a planted mistake, everybody begins it under the same lineage. */
export function writeNotes(device: Device, id: string, words: string, lineageShared = false): string {
  edit(device, (tx) => {
    const row = getRow(tx.replica.db, 'evidence', id);
    const isFirst = row?.notes == null;
    if (isFirst && lineageShared)
      tx.replica.db.statements.run('UPDATE evidence SET notes_lineage = id WHERE id = ?', idToBlob(id));
    writeText(tx, 'evidence', id, 'notes', `${row?.notes ?? opening} ${words}`);
  });
  return 'notes';
}

/** A new session that everybody in the project gets, with a first row in it. */
function openSession(device: Device, project_id: string | null, count: number): string {
  const session_id = edit(device, (tx) =>
    insertRow(tx, 'research_sessions', { project_id, title: `s${count}`, research_question: 'Q' }),
  );
  edit(device, (tx) => insertRow(tx, 'evidence', { session_id, title: `t${count}` }));
  return 'new session';
}

/** A new session that gets words before it is said to stay here: what waits of it must not leave any more. */
function keepHere(device: Device, taints: Taints, project_id: string | null, count: number): string {
  const id = edit(device, (tx) =>
    insertRow(tx, 'research_sessions', {
      project_id,
      title: `${taints.local}${count}`,
      research_question: 'Q',
    }),
  );
  edit(device, (tx) => insertRow(tx, 'evidence', { session_id: id, title: `${taints.local}${count}` }));
  // Not to be undone by the next step: taking it back would let the words go.
  transact(device.replica, { command: 'keep here', origin: 'migration' }, (tx) =>
    updateRow(tx, 'research_sessions', id, { local_only: true }),
  );
  return 'keep here';
}

function resolve(device: Device, chance: Chance, id: string): string {
  const [conflict] = listConflicts(device.replica.db, id).toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
  if (conflict === undefined) return 'no conflict';
  const dismiss = chance.hits(0.5);
  edit(
    device,
    (tx) =>
      dismiss
        ? dismissConflicts(tx, 'evidence', id, conflict.cell, [conflict.stamp])
        : pickValue(tx, conflict, conflict.lost),
    !dismiss,
  );
  return dismiss ? 'dismiss' : 'pick';
}

/** A row that is marked already, so that marks are followed by purges. */
function marked(device: Device, chance: Chance, { written, purged }: Taints): string | undefined {
  const known = [...written.keys()].filter(
    (id) => !purged.has(id) && getRow(device.replica.db, 'evidence', id)?._deleted === false,
  );
  return chance.hits(0.7) ? chance.pick(known) : undefined;
}

/** Writes words that stand nowhere else; the next time it ends the row for good, and the words have to be gone everywhere. */
function endForGood(device: Device, taints: Taints, id: string, count: number): string {
  const { db } = device.replica;
  const words = taints.written.get(id);
  if (getRow(db, 'evidence', id)?._deleted !== false) return 'not there';
  if (words === undefined) {
    const word = `PURGED-${count}-${device.name}`;
    edit(device, (tx) => updateRow(tx, 'evidence', id, { title: word }));
    taints.written.set(id, word);
    return 'mark';
  }
  edit(device, (tx) => removeRow(tx, 'evidence', id));
  if (getRow(db, 'evidence', id)?._deleted !== true) return 'kept by others';
  purge(device.replica, [{ entity: 'evidence', id }], () => undefined, '/dev/null');
  taints.purged.set(id, words);
  return 'purge';
}

function decide(device: Device, chance: Chance): string {
  const item = chance.pick(listInbox(device.replica.db));
  if (item === undefined) return 'inbox empty';
  const word = chance.pick(['retried', 'kept', 'discarded'] as const) ?? 'kept';
  decideInbox(device.replica, item.n, word);
  return `inbox ${word}`;
}
