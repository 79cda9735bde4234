import { ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import * as sqliteVec from 'sqlite-vec';
import type { WritableDb } from '../../../db/replica/sqlite/open.ts';
import { FailingStatements } from './failing-statements.ts';

/** Where the header holds the number of changes: once to be counted, once to vouch for the length that stands beside it. */
const changes = [24, 92] as const;

/**
 * A laptop's file, with one connection for as long as this process runs: to open one, to read the schema and to prepare the statements
 * costs more than all else in a history. So a laptop's bytes are put into the file beneath the connection. When it takes its lock, SQLite
 * looks at the number of changes in the header, and forgets the pages that it knows where it finds another (SQLite's file format, 1.3.5).
 */
export class LaptopFile {
  readonly db: WritableDb;
  // Never closed: that would give up SQLite's locks on the file, which are this process's.
  readonly #file: number;
  #puts = 0;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'laptop-'));
    const path = join(folder, 'workspace.db');
    this.#file = openSync(path, 'w');
    const sqlite = new Database(path);
    // Nothing has to outlive this process, and a laptop that stops takes its transaction back first.
    sqlite.pragma('journal_mode = MEMORY');
    sqlite.pragma('synchronous = OFF');
    sqlite.pragma('secure_delete = ON');
    sqlite.pragma('recursive_triggers = ON');
    sqlite.pragma('foreign_keys = OFF');
    sqliteVec.load(sqlite);
    this.db = { sqlite, statements: new FailingStatements(sqlite) } as unknown as WritableDb;
    removeName(folder);
  }

  /** Puts other bytes of the same schema in the place of what is there. */
  put(bytes: Buffer): void {
    const { sqlite } = this.db;
    if (sqlite.inTransaction) throw new Error('A transaction is open on the file.');
    // The lock is kept from one transaction to the next. It is given up by the first one that need not keep it.
    sqlite.pragma('locking_mode = NORMAL');
    sqlite.pragma('user_version');
    this.#puts += 1;
    const number = Buffer.alloc(4);
    // One that this file never had, or long ago: no history makes so many changes.
    number.writeUInt32BE((this.#puts * 0x4000) >>> 0);
    writeSync(this.#file, bytes, 0, bytes.length, 0);
    for (const at of changes) writeSync(this.#file, number, 0, number.length, at);
    ftruncateSync(this.#file, bytes.length);
    sqlite.pragma('locking_mode = EXCLUSIVE');
  }

  /** The file as it stands. */
  bytes(): Buffer {
    return this.db.sqlite.serialize();
  }
}

/** The file has no name any more and goes with the process, however that ends; on Windows the system's temporary folder keeps it. */
function removeName(folder: string): void {
  if (process.platform !== 'win32') rmSync(folder, { recursive: true });
}

const idle: LaptopFile[] = [];

/** A file that holds these bytes, for one laptop at a time. */
export function takeFile(bytes: Buffer): LaptopFile {
  const file = idle.pop() ?? new LaptopFile();
  file.put(bytes);
  return file;
}

/** Gives a file back. */
export function leaveFile(file: LaptopFile): void {
  idle.push(file);
}
