import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/**
 * Facts of this file's relation to its server. `client`: the id under which mutations are numbered, `client-replica` the replica
 * that it was minted for. `mutation` and `hash`: the last mutation that got a number, and the end of its chain.
 */
export type SyncKey =
  | 'server'
  | 'client'
  | 'client-replica'
  | 'mutation'
  | 'hash'
  | 'epoch'
  | 'user'
  | 'tenant'
  | 'policy'
  | 'policy-version'
  | 'policy-at'
  | 'asking'
  | 'choice'
  | 'offers'
  | 'broken'
  | 'merged-seen';

/** A fact of sync, or undefined. */
export function readSync(db: ReadableDb, key: SyncKey): string | undefined {
  return db.statements.value<string>('SELECT value FROM sync_meta WHERE key = ?', key);
}

/** Sets a fact of sync, in the open transaction or in one of its own. */
export function writeSync(db: WritableDb, key: SyncKey, value: string): void {
  db.statements.run(
    'INSERT INTO sync_meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}

/** Forgets a fact of sync. */
export function dropSync(db: WritableDb, key: SyncKey): void {
  db.statements.run('DELETE FROM sync_meta WHERE key = ?', key);
}
