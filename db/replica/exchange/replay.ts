import { noMutants } from '../../../sync/core/mutants.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import type { StoredEntry } from '../log/entries.ts';
import { blobToId } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { schemaVersion } from '../migrations/registry.ts';
import { applyEntry } from './apply.ts';
import { exportEntry } from './export.ts';

/** Brings an entry of a remote transaction into tables that are rebuilt from the log: what the applier did when it arrived. */
export function replayRemote(target: WritableDb, entry: StoredEntry, source: ReadableDb): void {
  const exchanged = exportEntry(source, entry);
  const transaction = target.statements.get<{ stamp: Stamp; author: Buffer; replica: string }>(
    'SELECT stamp, author, replica FROM txns WHERE txn = ?',
    entry.txn,
  );
  if (exchanged === null || transaction === undefined) return;
  const author = blobToId(transaction.author);
  const replica = {
    db: target,
    replicaId: transaction.replica,
    session: transaction.stamp.slice(16),
    author,
    schemaVersion,
    now: () => 0,
  };
  const tx = { replica, txn: entry.txn, stamp: transaction.stamp, at: new Date(0).toISOString(), author };
  applyEntry({ tx, mutants: noMutants, log: source, replay: true }, exchanged);
}
