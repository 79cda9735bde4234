import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Database from 'better-sqlite3';

import { physicalColumns } from '../db/replica/schema/physical.ts';
import { tableStatement } from '../db/replica/schema/tables.ts';
import { closeDb, openForWriting } from '../db/replica/sqlite/open.ts';

/** Rates of the driver alone: the same table and key, no triggers, no log, no checks of values. */
export interface PeerRates {
  /** Rows a second with a body of a kilobyte each, 500 a transaction. */
  readonly inserts: number;
  /** One column of one row, 500 a transaction, rows at random. */
  readonly updates: number;
}

/** What better-sqlite3 does with hand-written SQL on an encrypted file of the evidence table. */
export function peerRates(
  folder: string,
  rows: number,
  batch: number,
  body: (at: number) => Buffer,
  random: () => number,
): PeerRates {
  const db = openForWriting({ path: join(folder, 'peer.db'), dataKey: randomBytes(32) });
  try {
    const { sqlite } = db;
    sqlite.exec(tableStatement('evidence'));
    sqlite.exec('CREATE INDEX evidence_by_session ON evidence (session_id, _deleted)');
    sqlite.exec(
      'CREATE TABLE bodies (bid INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, data BLOB NOT NULL)',
    );
    const inserts = batched(sqlite, rows, batch, inserter(sqlite, body));
    const update = sqlite.prepare('UPDATE evidence SET title = ? WHERE rid = ?');
    const updates = batched(sqlite, rows, batch, (at) => {
      update.run(`changed ${at}`, 1 + Math.floor(random() * rows));
    });
    return { inserts, updates };
  } finally {
    closeDb(db);
  }
}

function inserter(sqlite: Database.Database, body: (at: number) => Buffer): (at: number) => void {
  const names = physicalColumns('evidence').map((column) => `"${column.name}"`);
  const insert = sqlite.prepare(
    `INSERT INTO evidence (id, _scope, ${names.join(', ')}) VALUES (?, 'session', ${names.map(() => '?').join(', ')})`,
  );
  const put = sqlite.prepare('INSERT INTO bodies (hash, data) VALUES (?, ?)');
  const session = randomBytes(16);
  const author = randomBytes(16);
  const values: Readonly<Record<string, unknown>> = {
    created_at: '2026-01-01T00:00:00.000Z',
    created_by: author,
    session_id: session,
    source_type: 'uploaded_document',
    language: 'en',
    word_count: 160,
    metadata: '{}',
  };
  const columns = physicalColumns('evidence').map((column) => column.name);
  return (at) => {
    const hash = at.toString(16).padStart(64, '0');
    put.run(hash, body(at));
    const given = { ...values, title: `Title ${at}`, source_name: `source ${at % 50}`, text_hash: hash };
    insert.run(
      randomBytes(16),
      ...columns.map((name) => (given as Readonly<Record<string, unknown>>)[name] ?? null),
    );
  };
}

/** Rows a second of a step that runs `rows` times, `batch` in each transaction. */
export function batched(
  sqlite: Database.Database,
  rows: number,
  batch: number,
  step: (at: number) => void,
): number {
  const began = performance.now();
  for (let at = 0; at < rows; at += batch) {
    sqlite.transaction(() => {
      for (let i = at; i < Math.min(at + batch, rows); i += 1) step(i);
    })();
  }
  return (rows * 1000) / (performance.now() - began);
}
