import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { entityNames } from '../../catalogue/catalogue.ts';
import { syncFolder } from '../files/write-durably.ts';
import { OpenError } from '../sqlite/open-error.ts';
import { closeDb, openForWriting, type ReadableDb, versionOfFile } from '../sqlite/open.ts';
import { applyMigrations, pendingMigrations, versionOf } from './apply.ts';
import { type Migration, migrations } from './registry.ts';

/** Moments of a migration, for tests that end the process there. */
export type MigrationMoment = 'copied' | 'migrated' | 'kept-old' | 'swapped';

/**
 * Brings a file to this build's version (D14): forward on a copy, verified, then swapped in by a rename; the old file is kept
 * beside it as `workspace.db.v<version>`. A process that dies at any moment leaves a database that opens. Does nothing to a
 * file that is current. Throws `OpenError`; the file is then as it was.
 */
export function migrateOnCopy(
  path: string,
  dataKey: Uint8Array | null,
  steps: readonly Migration[] = migrations,
  onMoment: (moment: MigrationMoment) => void = () => undefined,
): void {
  const copy = `${path}.migrating`;
  finishSwap(path, copy);
  const from = checkpointIfOld(path, dataKey, steps);
  if (from === null) return;
  removeDatabase(copy);
  copyFileSync(path, copy);
  onMoment('copied');
  const db = openForWriting({ path: copy, dataKey });
  try {
    const before = countsOf(db);
    applyMigrations(db, steps);
    verify(db, before);
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    db.sqlite.pragma('journal_mode = DELETE');
  } finally {
    closeDb(db);
  }
  onMoment('migrated');
  renameSync(path, `${path}.v${from}`);
  onMoment('kept-old');
  renameSync(copy, path);
  syncFolder(dirname(path));
  onMoment('swapped');
}

/** Died between the two renames: the old file has its new name, and the copy was verified before. */
function finishSwap(path: string, copy: string): void {
  if (existsSync(path)) {
    removeDatabase(copy);
    return;
  }
  if (existsSync(copy)) renameSync(copy, path);
}

/** The file's version where it is old, with everything in one file; null where it is current. */
function checkpointIfOld(
  path: string,
  dataKey: Uint8Array | null,
  steps: readonly Migration[],
): number | null {
  if (versionOfFile({ path, dataKey }) === steps.length) return null;
  const db = openForWriting({ path, dataKey });
  try {
    if (pendingMigrations(db, steps).length === 0) return null;
    const version = versionOf(db);
    if (version === 0) throw new OpenError('not-a-database');
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    db.sqlite.pragma('journal_mode = DELETE');
    return version;
  } finally {
    closeDb(db);
  }
}

/** Removes the old files that migrations kept beside a database. */
export function removeKeptVersions(path: string): void {
  const kept = `${basename(path)}.v`;
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(kept) && /^\d+$/.test(name.slice(kept.length))) rmSync(join(dirname(path), name));
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function countsOf(db: ReadableDb): ReadonlyMap<string, number> {
  const tables = db.statements
    .all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .map((row) => row.name);
  const kept = [...entityNames, 'txns', 'log', 'bodies'].filter((name) => tables.includes(name));
  return new Map(
    kept.map((name) => [name, db.statements.value<number>(`SELECT count(*) FROM ${name}`) ?? 0]),
  );
}

/** No row is lost, and the file is sound. */
function verify(db: ReadableDb, before: ReadonlyMap<string, number>): void {
  const after = countsOf(db);
  for (const [table, count] of before) if ((after.get(table) ?? 0) < count) throw new OpenError('failed');
  if (db.sqlite.pragma('integrity_check', { simple: true }) !== 'ok') throw new OpenError('damaged');
}
