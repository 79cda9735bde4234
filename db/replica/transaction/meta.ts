import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/** Facts of the file itself: its replica, its person, its clock, the token that tells a copy. */
export type MetaKey =
  'replica' | 'author' | 'clock' | 'token' | 'name' | 'created' | 'personal-project' | 'inbox' | 'known';

/** A fact of the file, or undefined. */
export function readMeta(db: ReadableDb, key: MetaKey): string | undefined {
  return db.statements.value<string>('SELECT value FROM meta WHERE key = ?', key);
}

/** Sets a fact of the file. Not logged: it describes this file, not the work in it. */
export function writeMeta(db: WritableDb, key: MetaKey, value: string): void {
  db.statements.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}
