import { describe, expect, test } from 'vitest';
import { idToBlob } from '../../../../db/replica/rows/ids.ts';
import { getRow } from '../../../../db/replica/rows/read.ts';
import { updateRow } from '../../../../db/replica/rows/write.ts';
import { onlyWaiting } from '../../../../db/replica/sync/apply-named.ts';
import { applyPage } from '../../../../db/replica/sync/apply-page.ts';
import { beginScope } from '../../../../db/replica/sync/cursors.ts';
import { enrol } from '../../../../db/replica/sync/enrol.ts';
import { toInbox } from '../../../../db/replica/sync/inbox.ts';
import { leaveScope, removeHere } from '../../../../db/replica/sync/leave-scope.ts';
import { rowContext } from '../../../../db/replica/sync/row-context.ts';
import { transact, type Transaction } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { noSyncMutants } from '../../../../sync/core/sync-mutants.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';
import { TinyFeed } from '../../../helpers/tiny-feed.ts';

const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';

interface Edited {
  readonly laptop: OpenWorkspace;
  readonly row: { readonly e: number; readonly i: string };
  readonly scope: string;
  /** The server refuses the edit that waits: its row was purged, and the tombstone is forgotten. */
  readonly refuse: () => void;
}

/** A laptop that took a row over from a server and has edited it since. */
function withEdited(body: (edited: Edited) => void): void {
  withWorkspace((origin) =>
    withWorkspace((laptop) => {
      for (const [workspace, user] of [
        [origin, ada],
        [laptop, bob],
      ] as const)
        enrol(workspace.replica, { server: 'https://s.example', tenant: ada, user });
      const feed = new TinyFeed();
      const session = addSession(origin);
      const id = addEvidence(origin, session, 'words of the server');
      feed.take(origin, ada);
      const scope = `session:${session}`;
      for (const each of ['tenant', scope])
        beginScope(laptop.replica.db, each, 0, laptop.replica.schemaVersion);
      applyPage(laptop.replica, feed.page(), [], noSyncMutants);
      const { txn } = transact(laptop.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'evidence', id, { title: 'late words' }),
      );
      body({
        laptop,
        row: { e: feed.rows.get(id)?.state.entity ?? 0, i: id },
        scope,
        refuse: () => toInbox(laptop.replica, txn ?? 0, 'rejected', 'PURGED'),
      });
    }),
  );
}

function fromServer(laptop: OpenWorkspace, body: (tx: Transaction) => void): void {
  transact(laptop.replica, { command: 'sync', origin: 'remote', purging: true }, body);
}

function hide({ laptop, row }: Edited): void {
  fromServer(laptop, (tx) => {
    onlyWaiting(rowContext(tx, { user: bob, applied: 0, again: true, mutants: noSyncMutants }), row);
  });
}

/** Versions of the row in the log that still hold words, and whether the row is remembered as purged. */
function leftOf({ laptop, row }: Edited) {
  const { db } = laptop.replica;
  const id = idToBlob(row.i);
  return {
    row: getRow(db, 'evidence', row.i),
    words: db.statements.value<number>('SELECT count(*) FROM log WHERE row = ? AND cols IS NOT NULL', id),
    purged: db.statements.value<number>('SELECT count(*) FROM purged WHERE id = ?', id),
  };
}

const gone = { row: undefined, words: 0, purged: 1 };

describe('a row of which the server says only that it was purged, when an edit of it comes', () => {
  test('[MR17] goes with its values in the log once the server has nothing of it', () => {
    withEdited((edited) => {
      edited.refuse();
      hide(edited);
      expect(leftOf(edited)).toEqual(gone);
    });
  });

  test('[MR17] is remembered as purged when it leaves with its scope', () => {
    withEdited((edited) => {
      edited.refuse();
      fromServer(edited.laptop, (tx) => leaveScope(tx, edited.scope, noSyncMutants));
      expect(leftOf(edited)).toEqual(gone);
    });
  });

  test('[MR17] leaves the history, too, where it was hidden before the edit was refused', () => {
    withEdited((edited) => {
      hide(edited);
      expect(leftOf(edited)).toMatchObject({ row: undefined, purged: 0 });
      edited.refuse();
      fromServer(edited.laptop, (tx) =>
        removeHere(tx, edited.row.e, edited.row.i, edited.scope, noSyncMutants),
      );
      expect(leftOf(edited)).toEqual(gone);
    });
  });
});
