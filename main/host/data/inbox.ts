import { dismissConflicts, listConflicts } from '../../../db/replica/exchange/conflicts.ts';
import { keepDeleted, listNotices } from '../../../db/replica/exchange/notices.ts';
import { mergedTexts, seeMergedTexts } from '../../../db/replica/exchange/merged-texts.ts';
import { pickReadable, readableConflict } from '../../../db/replica/exchange/text-conflicts.ts';
import { isOwnPerson, writtenBy } from '../../../db/replica/exchange/own-write.ts';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { readJudgement } from '../../../db/replica/rows/elements.ts';
import { blobToId } from '../../../db/replica/rows/ids.ts';
import { nameOfPerson } from '../../../db/replica/rows/person.ts';
import { removeRow } from '../../../db/replica/rows/write.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { decideInbox, type InboxWord } from '../../../db/replica/sync/decide-inbox.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import type {
  DeleteNoticeItem,
  MergedItem,
  SplitItem,
  SyncConflict,
  SyncInboxItem,
} from '../../../preload/contract/inbox.ts';
import type { Done } from '../commands/edits.ts';
import type { ChangeNote } from './change-note.ts';
import { inboxRows } from './inbox-rows.ts';
import { nameOf } from './row-name.ts';

/** What waits for a person's word, as the screens ask for it. */
export function inboxQuestions(db: ReadableDb) {
  return {
    'sync.conflicts': (): SyncConflict[] =>
      listConflicts(db)
        .map((conflict) => readableConflict(db, conflict))
        .map(({ id, entity, row, column, base, shown, lost, by, stamp, shownStamp }) => ({
          id,
          ...nameOf(db, entity, row),
          row,
          column,
          base: base as never,
          shown: shown as never,
          lost: lost as never,
          by,
          lostBy: writtenBy(db, stamp),
          shownBy: shownStamp === null ? null : writtenBy(db, shownStamp),
        })),
    'sync.notices': (): DeleteNoticeItem[] =>
      listNotices(db).map(({ id, entity, row, stamp }) => ({
        id,
        ...nameOf(db, entity, row),
        row,
        deletedAt: writtenBy(db, stamp).at,
        editedBy: lastEditor(db, row),
      })),
    'sync.merged': (): MergedItem[] =>
      mergedTexts(db).map(({ entity, row, column, authors, stamp }) => ({
        ...nameOf(db, entity, row),
        row,
        column,
        by: authors.map((author) => nameOfPerson(db, author)),
        at: writtenBy(db, stamp).at,
      })),
    'sync.splits': (): SplitItem[] => splits(db),
    'sync.inbox': (): SyncInboxItem[] =>
      listInbox(db).map(({ n, at, kind, code, payload }) => ({
        n,
        at,
        kind,
        code,
        sentence: sentences[code] ?? sentences[kind] ?? '',
        command: payload?.command ?? null,
        rows: payload === null ? [] : inboxRows(db, payload),
      })),
  };
}

/** What a person's word does. */
export function inboxFunctions(
  workspace: OpenWorkspace,
  note: (change: ChangeNote) => void,
  finish: <T>(done: Done<T>) => T,
) {
  return {
    'sync.decide': (input: Decision) => finish(decide(workspace, input)),
    'sync.answerDeletes': (input: { ids: readonly string[]; word: 'delete' | 'keep' }) =>
      finish(answerDeletes(workspace, input)),
    'sync.mergedSeen': () => {
      seeMergedTexts(workspace.replica.db);
      note({ command: 'sync', origin: 'remote', rows: [] });
    },
    'sync.settle': ({ items, word }: { items: readonly number[]; word: InboxWord }) => {
      const settled = items.filter((n) => decideInbox(workspace.replica, n, word)).length;
      note({ command: 'sync', origin: 'remote', rows: [] });
      return { settled };
    },
  };
}

/** Who changed a row last, other than this person. */
function lastEditor(db: ReadableDb, row: string): DeleteNoticeItem['editedBy'] {
  const stamps = db.statements.all<{ stamp: string }>(
    `SELECT t.stamp AS stamp FROM log JOIN txns AS t ON t.txn = log.txn
     WHERE log.row = unhex(replace(?, '-', '')) AND log.op <> 'd' ORDER BY t.stamp DESC LIMIT 50`,
    row,
  );
  return stamps.map(({ stamp }) => writtenBy(db, stamp)).find(({ isMine }) => !isMine) ?? null;
}

/** Judgements on which people differ, by the row that they are about. */
function splits(db: ReadableDb): SplitItem[] {
  const differing = db.statements.all<{ entity: EntityName; owner: Buffer; columns: string }>(
    `SELECT entity, owner, json_group_array(column_name) AS columns FROM (
       SELECT owner_entity AS entity, owner_id AS owner, column_name FROM judgements
       WHERE _deleted = 0 AND value IS NOT NULL
       GROUP BY owner_entity, owner_id, column_name HAVING count(DISTINCT value) > 1 ORDER BY column_name)
     GROUP BY entity, owner ORDER BY owner`,
  );
  return differing.flatMap(({ entity, owner, columns }): SplitItem[] => {
    const row = blobToId(owner);
    const judgements = (JSON.parse(columns) as string[])
      .map((column) => readJudgement(db, row, column))
      .filter(({ state }) => state === 'contested')
      .map(({ column, positions }) => ({
        column,
        positions: positions.map(({ authorId, author, value, rationale, at }) => ({
          person: author,
          isMine: isOwnPerson(db, authorId),
          value: value as never,
          rationale,
          at,
        })),
      }));
    return judgements.length === 0 ? [] : [{ ...nameOf(db, entity, row), row, judgements }];
  });
}

/** What became of a transaction that the server did not take, in words with a next step. */
const sentences: Readonly<Record<string, string>> = {
  PURGED: 'What it changed was purged on the server, for good.',
  REDACTED: 'It would have written over a value that a policy hides from this laptop.',
  TRANSITION: 'Somebody moved the status on in the meantime, and this step is not allowed from there.',
  POLICY: 'The privacy settings of the organisation do not let it leave.',
  FORBIDDEN: 'You may not write there any more. Ask for a role that may.',
  SCOPE: 'The session or project is not shared with you any more.',
  AUTHOR: 'It was written under another person’s name.',
  UNFAITHFUL: 'It holds a value that cannot be kept exactly on the server.',
  ROW_REFUSED: 'The server’s rules for this kind of row refuse it.',
  QUOTA: 'The organisation has as many sessions as its plan holds. Ask an administrator.',
  TOO_LARGE: 'It is larger than the server takes in one piece.',
  rejected: 'The server refused it.',
  revoked: 'The session or project is not shared with you any more.',
  forbidden: 'The privacy settings do not let it leave.',
};

interface Decision {
  readonly ids: readonly string[];
  readonly take: 'mine' | 'theirs' | 'merged';
  readonly value?: unknown;
}

/** Decides conflicts, all in one step. Conflicts that somebody settled in the meantime are passed over. */
function decide({ replica }: OpenWorkspace, { ids, take, value }: Decision): Done<{ decided: number }> {
  const wanted = new Set(ids);
  const command = 'sync.decide';
  const { result, changes } = transact(replica, { command, pick: true }, (tx) => {
    const open = listConflicts(replica.db).filter(({ id }) => wanted.has(id));
    for (const conflict of open) {
      const { entity, row, cell, stamp } = conflict;
      if (take === 'mine') dismissConflicts(tx, entity, row, cell, [stamp]);
      else {
        const { lost } = readableConflict(replica.db, conflict);
        pickReadable(tx, conflict, take === 'theirs' ? lost : (value as Json));
      }
    }
    return { decided: open.length };
  });
  return { result, command, changes };
}

/** Answers the notices of deletes, all in one step: the row goes after all, which everybody hears of, or it stays. */
function answerDeletes(
  { replica }: OpenWorkspace,
  { ids, word }: { ids: readonly string[]; word: 'delete' | 'keep' },
): Done<{ decided: number }> {
  const wanted = new Set(ids);
  const command = word === 'delete' ? 'remove' : 'sync.decide';
  const { result, changes } = transact(replica, { command }, (tx) => {
    const open = listNotices(replica.db).filter(({ id }) => wanted.has(id));
    for (const notice of open) {
      if (word === 'keep') keepDeleted(tx, notice);
      else removeRow(tx, notice.entity, notice.row);
    }
    return { decided: open.length };
  });
  return { result, command, changes };
}
