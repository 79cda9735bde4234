import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { applyMigrations, pendingMigrations } from '../migrations/apply.ts';
import { OpenError, openingError } from '../sqlite/open-error.ts';
import { closeDb, openForWriting, type ReadableDb } from '../sqlite/open.ts';
import { layoutOf } from './layout.ts';

/** How often a database that is written meanwhile is copied anew before it counts as in use. */
const mostTries = 5;

/** Bytes of a write-ahead log's header that change whenever it starts over (SQLite file format, section 4.1). */
const walHeaderBytes = 32;

/**
 * Puts what is needed to read a workspace into a new folder: the database as it stands, encrypted where it is, and a link to the
 * files. The workspace's own folder is not written to, so that it may be on a disk that cannot be written, or be open elsewhere. The
 * copy is brought to this build's schema; one of a newer build is taken as it is where it has everything that this build reads.
 * Throws `OpenError`.
 */
export function makeReadingCopy(folder: string, into: string, dataKey: Uint8Array | null): void {
  const from = layoutOf(resolve(folder));
  const to = layoutOf(into);
  if (!existsSync(from.database)) throw new OpenError('missing');
  try {
    mkdirSync(into, { recursive: true, mode: 0o700 });
    copyWhole(from.database, to.database);
    if (existsSync(from.keys)) copyFileSync(from.keys, to.keys);
    if (existsSync(from.blobs)) symlinkSync(from.blobs, to.blobs, 'junction');
  } catch (error) {
    throw openingError(error, dataKey !== null);
  }
  settleSchema(to.database, dataKey);
}

/**
 * Copies a database with its write-ahead log. A log that only grew meanwhile is whole up to its last commit, which SQLite checks; if
 * pages went from the log into the database meanwhile, the two do not belong together, and both are copied again.
 */
function copyWhole(from: string, to: string): void {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = stateOf(from);
    for (const suffix of ['', '-wal']) {
      if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix, constants.COPYFILE_FICLONE);
    }
    if (stateOf(from) === before) return;
  }
  throw new OpenError('in-use');
}

function stateOf(database: string): string {
  const { size, mtimeMs, ino } = statSync(database);
  return [size, mtimeMs, ino, walHeader(`${database}-wal`)].join(' ');
}

function walHeader(path: string): string {
  if (!existsSync(path)) return '';
  const header = Buffer.alloc(walHeaderBytes);
  const descriptor = openSync(path, 'r');
  try {
    return header.subarray(0, readSync(descriptor, header)).toString('hex');
  } finally {
    closeSync(descriptor);
  }
}

function settleSchema(path: string, dataKey: Uint8Array | null): void {
  const db = openForWriting({ path, dataKey });
  try {
    if (isNewer(db)) refuseMissingColumns(db);
    else applyMigrations(db);
  } finally {
    closeDb(db);
  }
}

function isNewer(db: ReadableDb): boolean {
  try {
    pendingMigrations(db);
    return false;
  } catch (error) {
    if (error instanceof OpenError && error.kind === 'newer') return true;
    throw error;
  }
}

/** Every table and column of this build's schema has to be there under its name. */
function refuseMissingColumns(db: ReadableDb): void {
  const known = openForWriting({ path: ':memory:' });
  try {
    applyMigrations(known);
    const there = columnsOf(db);
    if ([...columnsOf(known)].some((column) => !there.has(column))) throw new OpenError('newer');
  } finally {
    closeDb(known);
  }
}

function columnsOf(db: ReadableDb): ReadonlySet<string> {
  const rows = db.statements.all<{ at: string }>(
    `SELECT tables.name || '.' || columns.name AS at
     FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type IN ('table', 'view')`,
  );
  return new Set(rows.map(({ at }) => at));
}
