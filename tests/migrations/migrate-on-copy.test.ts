import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { versionOf } from '../../db/replica/migrations/apply.ts';
import { type MigrationMoment, migrateOnCopy } from '../../db/replica/migrations/migrate-on-copy.ts';
import { type Migration, migrations, schemaVersion } from '../../db/replica/migrations/registry.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { OpenError } from '../../db/replica/sqlite/open-error.ts';
import { closeDb, openForWriting } from '../../db/replica/sqlite/open.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { closeWorkspace, createWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import { addSession } from '../helpers/replica.ts';
import { laterStep } from '../helpers/later-step.ts';

const kills = Number(process.env['WORKBENCH_KILLS'] ?? 10);
const rows = 400;
const steps = [...migrations, laterStep];
const dataKey = randomBytes(32);
let base = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'migrate-'));
  const workspace = createWorkspace({ folder: pristine(), name: 'Old', authorName: 'Ada', dataKey });
  const session_id = addSession(workspace);
  transact(workspace.replica, { command: 'fill' }, (tx) => {
    for (let at = 0; at < rows; at += 1) insertRow(tx, 'evidence', { session_id, title: `Title ${at}` });
  });
  closeWorkspace(workspace);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function pristine(): string {
  return join(base, 'pristine');
}

function freshCopy(name: string): string {
  const folder = join(base, name);
  cpSync(pristine(), folder, { recursive: true });
  return folder;
}

/** Runs a migration in a process of its own; answers with the signal that ended it, or null where it finished. */
async function migrateElsewhere(path: string, fatal: string, after: number | null): Promise<string | null> {
  const child = fork(
    new URL('../helpers/migrate-process.ts', import.meta.url),
    [path, dataKey.toString('hex'), fatal],
    { execPath: process.execPath, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  let timer: NodeJS.Timeout | null = null;
  child.on('message', () => {
    if (after !== null) timer = setTimeout(() => child.kill('SIGKILL'), after);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      if (code !== null && code !== 0) reject(new Error(`the process ended with ${code}`));
      else resolve(signal);
    });
  });
}

/** The next opening brings the file to the new version with every row, and leaves nothing half done beside it. */
function expectWhole(folder: string): void {
  const path = join(folder, 'workspace.db');
  migrateOnCopy(path, dataKey, steps);
  const db = openForWriting({ path, dataKey });
  try {
    expect(versionOf(db)).toBe(laterStep.version);
    expect(db.statements.value('SELECT count(*) FROM evidence')).toBe(rows);
    expect(db.statements.value('SELECT count(*) FROM title_lengths')).toBe(rows);
    expect(db.statements.value(`SELECT count(*) FROM log WHERE op = 'i' AND entity = 6`)).toBe(rows);
    expect(db.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(() => db.sqlite.exec(`UPDATE evidence SET title = 'x'`)).toThrowError(/outside a transaction/);
  } finally {
    closeDb(db);
  }
  expect(readdirSync(folder).filter((name) => name.includes('migrating'))).toEqual([]);
}

const moments: readonly MigrationMoment[] = ['copied', 'migrated', 'kept-old', 'swapped'];

test.each(moments)(
  'a process that dies when the copy was %s leaves a workspace that opens',
  async (moment) => {
    const folder = freshCopy(`at-${moment}`);
    expect(await migrateElsewhere(join(folder, 'workspace.db'), moment, null)).toBe('SIGKILL');
    expectWhole(folder);
  },
);

test(`a migration that is killed ${kills} times at any point leaves a workspace that opens`, async () => {
  for (let at = 0; at < kills; at += 1) {
    const folder = freshCopy(`kill-${at}`);
    await migrateElsewhere(join(folder, 'workspace.db'), '', Math.round((at * 0.618 * 120) % 120));
    expectWhole(folder);
    rmSync(folder, { recursive: true });
  }
}, 600_000);

test('the old file is kept beside the new one and still opens by its own version', () => {
  const folder = freshCopy('kept');
  const path = join(folder, 'workspace.db');
  migrateOnCopy(path, dataKey, steps);
  const kept = `${path}.v${schemaVersion}`;
  expect(existsSync(kept)).toBe(true);
  const db = openForWriting({ path: kept, dataKey });
  expect(versionOf(db)).toBe(schemaVersion);
  expect(db.statements.value('SELECT count(*) FROM evidence')).toBe(rows);
  closeDb(db);
});

test('a file of a newer build is refused in words, and is as it was', () => {
  const folder = freshCopy('newer');
  const path = join(folder, 'workspace.db');
  migrateOnCopy(path, dataKey, steps);
  expect(() => openWorkspace({ folder, dataKey })).toThrowError(/newer version of the Workbench/);
  const db = openForWriting({ path, dataKey });
  expect(versionOf(db)).toBe(laterStep.version);
  closeDb(db);
});

test('a step that loses rows or fails is not swapped in', () => {
  const broken: readonly (readonly [name: string, statements: readonly string[]])[] = [
    ['loses', ['DROP TRIGGER log_keeps_entries', 'DELETE FROM log WHERE n % 2 = 0']],
    ['fails', ['CREATE TABLE half_done (x INTEGER) STRICT', 'INSERT INTO nowhere VALUES (1)']],
  ];
  for (const [name, statements] of broken) {
    const folder = freshCopy(name);
    const step: Migration = { version: schemaVersion + 1, name, statements };
    expect(() => migrateOnCopy(join(folder, 'workspace.db'), dataKey, [...migrations, step])).toThrowError();
    const workspace = openWorkspace({ folder, dataKey });
    expect(workspace.replica.db.statements.value('SELECT count(*) FROM evidence')).toBe(rows);
    closeWorkspace(workspace);
    expect(readdirSync(folder).filter((file) => file.includes('migrating'))).toEqual([]);
  }
});

test('a wrong key is told before anything is copied', () => {
  const folder = freshCopy('wrong-key');
  const attempt = () => migrateOnCopy(join(folder, 'workspace.db'), randomBytes(32), steps);
  expect(attempt).toThrowError(OpenError);
  expect(attempt).toThrowError(/key does not open/);
  expect(existsSync(join(folder, 'workspace.db.migrating'))).toBe(false);
});
