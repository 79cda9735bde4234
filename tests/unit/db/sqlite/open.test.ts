import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OpenError, openingError } from '../../../../db/replica/sqlite/open-error.ts';
import { closeDb, openForReading, openForWriting } from '../../../../db/replica/sqlite/open.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

function make(dataKey: Uint8Array | null): string {
  const path = join(folder, 'workspace.db');
  const db = openForWriting({ path, dataKey });
  db.sqlite.exec('CREATE TABLE t (x TEXT)');
  const insert = db.sqlite.prepare('INSERT INTO t VALUES (?)');
  for (let at = 0; at < 500; at += 1) insert.run('words '.repeat(50));
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  closeDb(db);
  return path;
}

function kindOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    expect(error).toBeInstanceOf(OpenError);
    const { kind, message } = error as OpenError;
    // What is so, and a way out.
    expect(message.split('. ').length).toBeGreaterThan(1);
    return kind;
  }
  return 'opened';
}

test('a wrong key, a missing key and a needless key are told apart from damage, and nothing is changed', () => {
  const path = make(randomBytes(32));
  const before = readFileSync(path);
  expect(kindOf(() => openForWriting({ path, dataKey: randomBytes(32) }))).toBe('wrong-key');
  expect(kindOf(() => openForReading({ path }))).toBe('not-a-database');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file that is no database is told as such', () => {
  const path = join(folder, 'notes.db');
  writeFileSync(path, 'these are notes and no database '.repeat(1000));
  expect(kindOf(() => openForWriting({ path }))).toBe('not-a-database');
});

test('a missing file is told as missing to a reader', () => {
  expect(kindOf(() => openForReading({ path: join(folder, 'nothing.db') }))).toBe('missing');
});

test('a changed byte of an encrypted file is seen when its page is read', () => {
  const dataKey = randomBytes(32);
  const path = make(dataKey);
  const bytes = readFileSync(path);
  bytes[bytes.length - 5000] = (bytes[bytes.length - 5000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const db = openForReading({ path, dataKey });
  let thrown: unknown;
  try {
    db.statements.all('SELECT * FROM t');
  } catch (error) {
    thrown = error;
  }
  closeDb(db);
  expect(openingError(thrown, true).kind).toBe('damaged');
});

test('errors of a full disk and of a disk that cannot be written are told by kind', () => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  expect(openingError(coded('SQLITE_FULL'), false).kind).toBe('disk-full');
  expect(openingError(coded('ENOSPC'), false).kind).toBe('disk-full');
  expect(openingError(coded('SQLITE_READONLY_DIRECTORY'), false).kind).toBe('read-only');
  expect(openingError(coded('EROFS'), false).kind).toBe('read-only');
  expect(openingError(coded('SQLITE_CORRUPT_INDEX'), false).kind).toBe('damaged');
  expect(openingError(coded('SQLITE_ERROR'), false).kind).toBe('failed');
});

test('a full database takes nothing half, and goes on when there is room', () => {
  const path = make(null);
  const db = openForWriting({ path });
  const pages = db.sqlite.pragma('page_count', { simple: true }) as number;
  db.sqlite.pragma(`max_page_count = ${pages + 2}`);
  const fill = db.sqlite.transaction(() => {
    for (let at = 0; at < 500; at += 1) db.statements.run('INSERT INTO t VALUES (?)', 'more '.repeat(100));
  });
  let thrown: unknown;
  try {
    fill();
  } catch (error) {
    thrown = error;
  }
  expect(openingError(thrown, false).kind).toBe('disk-full');
  expect(db.statements.value('SELECT count(*) FROM t')).toBe(500);
  db.sqlite.pragma(`max_page_count = ${pages + 1000}`);
  fill();
  expect(db.statements.value('SELECT count(*) FROM t')).toBe(1000);
  closeDb(db);
});

test('a reader cannot write, and sees what the writer has committed', () => {
  const path = make(null);
  const writer = openForWriting({ path });
  const reader = openForReading({ path });
  writer.statements.run(`INSERT INTO t VALUES ('x')`);
  expect(reader.statements.value('SELECT count(*) FROM t')).toBe(501);
  expect(() => reader.sqlite.exec(`INSERT INTO t VALUES ('y')`)).toThrowError(/readonly/);
  closeDb(reader);
  closeDb(writer);
});

test('a connection is set up as the log needs it', () => {
  const db = openForWriting({ path: join(folder, 'w.db'), dataKey: randomBytes(32) });
  const pragma = (name: string) => db.sqlite.pragma(name, { simple: true });
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('page_size')).toBe(8192);
  expect(pragma('secure_delete')).toBe(1);
  expect(pragma('recursive_triggers')).toBe(1);
  expect(pragma('temp_store')).toBe(2);
  expect(pragma('trusted_schema')).toBe(0);
  expect(db.statements.value('SELECT vec_version()')).toMatch(/^v/);
  closeDb(db);
});

test('slow statements are told by their text, which holds no values', () => {
  const slow: string[] = [];
  const db = openForWriting({ path: join(folder, 's.db'), onSlow: (sql) => slow.push(sql) });
  db.statements.value(
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?) SELECT sum(x) FROM c',
    3_000_000,
  );
  expect(slow).toHaveLength(1);
  expect(slow[0]).not.toContain('3000000');
  closeDb(db);
});
