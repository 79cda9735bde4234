import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asKnownOn } from '../../../db/replica/log/as-known-on.ts';
import { purge, readLedger } from '../../../db/replica/log/purge.ts';
import { rebuildFromLog, tableTexts } from '../../../db/replica/log/rebuild.ts';
import { redo, undo } from '../../../db/replica/log/undo.ts';
import { applyMigrations } from '../../../db/replica/migrations/apply.ts';
import { judge, replaceSet } from '../../../db/replica/rows/elements.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { closeDb, openForWriting } from '../../../db/replica/sqlite/open.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

function work(workspace: OpenWorkspace): { session: string; id: string } {
  const { replica } = workspace;
  const session = addSession(workspace);
  const id = addEvidence(workspace, session, 'one');
  addEvidence(workspace, session, 'two');
  transact(replica, { command: 'edit' }, (tx) =>
    updateRow(tx, 'evidence', id, { title: 'ünë', metadata: { 'a"b': [1, null], c: 0.1 + 0.2 } }),
  );
  transact(replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { metadata: { c: null } }));
  transact(replica, { command: 'tags' }, (tx) => replaceSet(tx, 'evidence', id, 'tags', ['x', 'y']));
  transact(replica, { command: 'judge' }, (tx) => judge(tx, 'evidence', id, 'credibility', '2'));
  transact(replica, { command: 'notes' }, (tx) => writeText(tx, 'evidence', id, 'notes', 'Some words.'));
  transact(replica, { command: 'notes' }, (tx) =>
    writeText(tx, 'evidence', id, 'notes', 'Some other words 😀.'),
  );
  transact(replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
  transact(replica, { command: 'restore' }, (tx) => restoreRow(tx, 'evidence', id));
  return { session, id };
}

test('the tables rebuilt from the log equal the tables, stamps included', () => {
  withWorkspace((workspace) => {
    work(workspace);
    undo(workspace.replica);
    undo(workspace.replica);
    redo(workspace.replica);
    const folder = mkdtempSync(join(tmpdir(), 'rebuilt-'));
    const target = openForWriting({ path: join(folder, 'rebuilt.db') });
    applyMigrations(target);
    rebuildFromLog(workspace.replica.db, target, () => {
      throw new Error('Nothing came from elsewhere.');
    });
    expect(tableTexts(target)).toEqual(tableTexts(workspace.replica.db));
    closeDb(target);
    rmSync(folder, { recursive: true });
  });
});

test('as known on a moment equals what was there then', () => {
  withWorkspace((workspace) => {
    const session = addSession(workspace);
    const scope = `session:${session}`;
    let now = Date.now() + 10_000;
    const replica = { ...workspace.replica, now: () => (now += 1000) };
    const moments: { at: Date; seen: string }[] = [];
    const remember = () =>
      moments.push({ at: new Date(now), seen: seenAt(asKnownOn(replica.db, scope, new Date(8.64e14))) });
    const id = transact(replica, { command: 'a' }, (tx) =>
      insertRow(tx, 'evidence', { session_id: session, title: 'a' }),
    ).result;
    remember();
    transact(replica, { command: 'b' }, (tx) =>
      updateRow(tx, 'evidence', id, { title: 'b', metadata: { k: 1 } }),
    );
    remember();
    transact(replica, { command: 'c' }, (tx) =>
      updateRow(tx, 'evidence', id, { metadata: { k: 2, l: 'x' } }),
    );
    transact(replica, { command: 'd' }, (tx) =>
      insertRow(tx, 'evidence', { session_id: session, title: 'second' }),
    );
    remember();
    transact(replica, { command: 'e' }, (tx) => removeRow(tx, 'evidence', id));
    remember();
    for (const { at, seen } of moments) expect(seenAt(asKnownOn(replica.db, scope, at))).toBe(seen);
    expect(new Set(moments.map((moment) => moment.seen)).size).toBe(4);
  });
});

function seenAt(known: ReturnType<typeof asKnownOn>): string {
  return JSON.stringify(
    [...(known.get('evidence')?.values() ?? [])].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

test('a purge takes a row, what belongs to it, and its words in the log; others stay', () => {
  withWorkspace((workspace) => {
    const { session, id } = work(workspace);
    const { replica, layout } = workspace;
    const canary = 'canary-51f2';
    transact(replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { title: canary }));
    transact(replica, { command: 'notes' }, (tx) => writeText(tx, 'evidence', id, 'notes', `note ${canary}`));
    expect(() =>
      purge(replica, [{ entity: 'evidence', id }], () => undefined, layout.purgeLedger),
    ).toThrowError(/trash/);
    transact(replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    const forgotten: string[] = [];
    purge(
      replica,
      [{ entity: 'evidence', id }],
      (_db, covered) => forgotten.push(covered.entity),
      layout.purgeLedger,
    );
    expect(getRow(replica.db, 'evidence', id)).toBeUndefined();
    expect(getRow(replica.db, 'research_sessions', session)).toBeDefined();
    expect(forgotten).toContain('text_updates');
    expect(readLedger(layout.purgeLedger).map((covered) => covered.id)).toContain(id);
    replica.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    for (const file of [layout.database, `${layout.database}-wal`]) {
      expect(readFileSync(file).includes(canary)).toBe(false);
    }
    expect(undo(replica)?.command).not.toBe('purge');
  });
});

test('no row is written outside a transaction, removed without a purge, or moved; the log keeps its entries', () => {
  withWorkspace((workspace) => {
    const { db } = workspace.replica;
    const id = addEvidence(workspace, addSession(workspace), 'one');
    expect(id).toBeDefined();
    for (const sql of [
      `UPDATE evidence SET title = 'x'`,
      `INSERT OR IGNORE INTO evidence (id, _scope, created_at, created_by, session_id) SELECT randomblob(16), 'user', created_at, created_by, session_id FROM evidence`,
      `DELETE FROM evidence`,
      `UPDATE evidence SET _deleted = 1`,
    ]) {
      expect(() => db.sqlite.exec(sql)).toThrowError(/WORKBENCH/);
    }
    expect(() => db.sqlite.exec('DELETE FROM log')).toThrowError(/keeps its entries/);
    expect(() => db.sqlite.exec('UPDATE log SET cols = NULL')).toThrowError(/only a purge/);
    transact(workspace.replica, { command: 'raw' }, () => {
      db.sqlite.exec(`UPDATE evidence SET title = 'raw'`);
      expect(() => db.sqlite.exec(`UPDATE evidence SET _scope = 'user'`)).toThrowError(/do not change/);
      expect(() => db.sqlite.exec(`DELETE FROM evidence`)).toThrowError(/purge only/);
    });
    expect(db.statements.value(`SELECT count(*) FROM log WHERE op = 'u'`)).toBe(1);
  });
});
