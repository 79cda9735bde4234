import Database from 'better-sqlite3-multiple-ciphers';
import { existsSync } from 'node:fs';
import * as sqliteVec from 'sqlite-vec';
import { openingError } from './open-error.ts';
import { Statements } from './statements.ts';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** A connection that may read. Everything takes this unless it has to write. */
export interface ReadableDb {
  readonly [readable]: true;
  readonly sqlite: Database.Database;
  readonly statements: Statements;
}

/** The one connection that may write; there is one for each workspace. */
export interface WritableDb extends ReadableDb {
  readonly [writable]: true;
}

export interface OpenOptions {
  readonly path: string;
  /** 32 bytes where the workspace is encrypted. */
  readonly dataKey?: Uint8Array | null;
  /** Told of each statement that took longer than `slowMilliseconds`, by its text, which never holds values. */
  readonly onSlow?: (sql: string, milliseconds: number) => void;
}

/** Bytes of a database page: bodies of a few kilobytes stand in the file, and 8 KiB pages hold them best. */
const pageBytes = 8192;
/**
 * Pages in the write-ahead log before they are carried over into the file: 32 MiB. Pages that large work writes again and again, such as
 * those of indexes and of what is on its way to a server, are carried over once.
 */
const logPages = 4096;

function connect(options: OpenOptions, mode: 'read' | 'write'): Database.Database {
  const existed = existsSync(options.path);
  const sqlite = new Database(options.path, { readonly: mode === 'read', fileMustExist: mode === 'read' });
  try {
    applyKey(sqlite, options.dataKey ?? null);
    if (mode === 'write' && !existed) sqlite.pragma(`page_size = ${pageBytes}`);
    // The first page is read here: a wrong key or a damaged file is told before anything else happens.
    sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (mode === 'write') {
      sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma(`wal_autocheckpoint = ${logPages}`);
      sqlite.pragma('secure_delete = ON');
      sqlite.pragma('recursive_triggers = ON');
    }
    sqlite.pragma('temp_store = MEMORY');
    sqlite.pragma('trusted_schema = OFF');
    sqlite.pragma('foreign_keys = OFF');
    sqlite.pragma('cache_size = -65536');
    sqlite.pragma('busy_timeout = 5000');
    sqliteVec.load(sqlite);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** The key goes in as hexadecimal digits, never as text that SQL could read otherwise. */
function applyKey(sqlite: Database.Database, dataKey: Uint8Array | null): void {
  if (dataKey === null) return;
  sqlite.pragma("cipher = 'aegis'");
  sqlite.pragma(`key = "raw:${Buffer.from(dataKey).toString('hex')}"`);
}

/** Opens the file for writing, and makes it where it is not there. Throws `OpenError`. */
export function openForWriting(options: OpenOptions): WritableDb {
  return openWith(options, 'write') as WritableDb;
}

/** Opens the file for reading only. Throws `OpenError`. */
export function openForReading(options: OpenOptions): ReadableDb {
  return openWith(options, 'read') as ReadableDb;
}

/**
 * The version of a file's schema, by its first page alone: to read the schema itself is most of what an opening costs. 0 for a file that
 * was just made. Throws `OpenError`.
 */
export function versionOfFile({ path, dataKey = null }: OpenOptions): number {
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(path, { fileMustExist: true });
    applyKey(sqlite, dataKey);
    return sqlite.pragma('user_version', { simple: true }) as number;
  } catch (error) {
    throw openingError(error, dataKey !== null);
  } finally {
    sqlite?.close();
  }
}

function openWith(options: OpenOptions, mode: 'read' | 'write'): ReadableDb {
  try {
    const sqlite = connect(options, mode);
    return { sqlite, statements: new Statements(sqlite, options.onSlow) } as unknown as ReadableDb;
  } catch (error) {
    throw openingError(error, options.dataKey != null);
  }
}

/** Closes a connection; harmless when it is closed already. */
export function closeDb(db: ReadableDb): void {
  db.sqlite.close();
}
