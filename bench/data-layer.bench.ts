import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Id } from '../db/catalogue/rows.ts';
import { asKnownOn } from '../db/replica/log/as-known-on.ts';
import { rebuildFromLog } from '../db/replica/log/rebuild.ts';
import { undo } from '../db/replica/log/undo.ts';
import { applyMigrations } from '../db/replica/migrations/apply.ts';
import { putBody } from '../db/replica/rows/text.ts';
import { insertRow, updateRow } from '../db/replica/rows/write.ts';
import { closeDb, openForWriting } from '../db/replica/sqlite/open.ts';
import { readMeta } from '../db/replica/transaction/meta.ts';
import { transact } from '../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../db/replica/workspace/workspace.ts';
import { closeWorkspace, createWorkspace } from '../db/replica/workspace/workspace.ts';
import { peerRates } from './data-layer-peer.ts';
import { inFolder, median, quantile, randomFrom, report, timed } from './harness.ts';

const runs = 5;
const rows = 20_000;
const batch = 500;
const singles = 1000;
const sessionRows = 5000;
const rebuiltRows = 100_000;
const bodyBytes = 1024;

/** Writes through the verbs that commands use, with the whole log, on encrypted workspaces. */
export async function run(): Promise<boolean> {
  return inFolder(async (folder) => {
    const samples = new Map<string, number[]>();
    const keep = (name: string, value: number) => samples.set(name, [...(samples.get(name) ?? []), value]);
    for (let turn = 0; turn < runs; turn += 1) await measure(join(folder, String(turn)), turn + 1, keep);
    const middle = (name: string) => median(samples.get(name) ?? []);
    return report(
      'data-layer',
      [
        rateFigure('rows with 1 KB bodies inserted', middle('inserts'), 12_000),
        rateFigure('  the driver alone, no log', middle('peer inserts')),
        rateFigure('one column updated', middle('updates'), 10_000),
        rateFigure('  the driver alone, no log', middle('peer updates')),
        timeFigure('single durable edit, p99', middle('durable p99'), 5),
        timeFigure('single durable edit, median', middle('durable p50')),
        timeFigure(`undo of a bulk edit of ${batch} rows`, middle('undo'), 50),
        timeFigure(`a session of ${sessionRows} rows as known on a date`, middle('as known on'), 200),
        timeFigure(`tables rebuilt from the log of ${rebuiltRows} rows`, await rebuild(folder), 8000),
      ],
      [`${rows} rows a run, ${batch} a transaction, ${runs} runs, AEGIS, synchronous FULL`],
    );
  });
}

function rateFigure(what: string, value: number, bound?: number) {
  return { what, value, unit: 'rows/s', ...(bound ? { reach: { bound, side: 'above' as const } } : {}) };
}

function timeFigure(what: string, value: number, bound?: number) {
  return { what, value, unit: 'ms', ...(bound ? { reach: { bound, side: 'below' as const } } : {}) };
}

async function measure(folder: string, seed: number, keep: (name: string, value: number) => void) {
  mkdirSync(folder);
  const random = randomFrom(seed);
  const peer = peerRates(folder, rows, batch, bodyOf, random);
  keep('peer inserts', peer.inserts);
  keep('peer updates', peer.updates);
  const workspace = newWorkspace(join(folder, 'w'));
  try {
    const session = addSession(workspace);
    const ids: Id[] = [];
    keep('inserts', (rows * 1000) / (await timed(() => fill(workspace, session, rows, ids))));
    keep('updates', (rows * 1000) / (await timed(() => updateAtRandom(workspace, ids, random))));
    const edits = await singleEdits(workspace, ids, random);
    keep('durable p50', quantile(edits, 0.5));
    keep('durable p99', quantile(edits, 0.99));
    transact(workspace.replica, { command: 'evidence.edit' }, (tx) => {
      for (const id of ids.slice(0, batch)) updateRow(tx, 'evidence', id, { title: 'the same' });
    });
    keep('undo', await timed(() => undo(workspace.replica)));
    keep('as known on', await knownBefore(workspace, random));
  } finally {
    closeWorkspace(workspace);
  }
}

function newWorkspace(folder: string): OpenWorkspace {
  return createWorkspace({ folder, name: 'Bench', authorName: 'Bench', dataKey: randomBytes(32) });
}

function addSession({ replica }: OpenWorkspace): Id {
  return transact(replica, { command: 'session.add' }, (tx) =>
    insertRow(tx, 'research_sessions', {
      title: 'Bench',
      project_id: readMeta(replica.db, 'personal-project') ?? null,
    }),
  ).result;
}

function bodyOf(at: number): Buffer {
  return Buffer.alloc(bodyBytes, `passage ${at} `);
}

function fill({ replica }: OpenWorkspace, session_id: Id, count: number, ids: Id[]): void {
  for (let at = 0; at < count; at += batch) {
    transact(replica, { command: 'evidence.add' }, (tx) => {
      for (let i = at; i < Math.min(at + batch, count); i += 1) {
        ids.push(
          insertRow(tx, 'evidence', {
            session_id,
            title: `Title ${i}`,
            source_name: `source ${i % 50}`,
            source_type: 'uploaded_document',
            language: 'en',
            word_count: 160,
            text_hash: putBody(replica.db, bodyOf(i)),
          }),
        );
      }
    });
  }
}

function pick(ids: readonly Id[], random: () => number): Id {
  return ids[Math.floor(random() * ids.length)] ?? '';
}

function updateAtRandom({ replica }: OpenWorkspace, ids: readonly Id[], random: () => number): void {
  for (let at = 0; at < ids.length; at += batch) {
    transact(replica, { command: 'evidence.edit' }, (tx) => {
      for (let i = at; i < at + batch; i += 1) {
        updateRow(tx, 'evidence', pick(ids, random), { title: `changed ${i}` });
      }
    });
  }
}

/** Milliseconds of each of a thousand edits that are on the disk when they return. */
async function singleEdits({ replica }: OpenWorkspace, ids: readonly Id[], random: () => number) {
  const took: number[] = [];
  for (let i = 0; i < singles; i += 1) {
    const id = pick(ids, random);
    took.push(
      await timed(() =>
        transact(replica, { command: 'evidence.edit' }, (tx) =>
          updateRow(tx, 'evidence', id, { title: `single ${i}` }),
        ),
      ),
    );
  }
  return took;
}

/** Milliseconds to tell what a session of 5,000 rows was before 5,000 later edits of it. */
async function knownBefore(workspace: OpenWorkspace, random: () => number): Promise<number> {
  const session = addSession(workspace);
  const ids: Id[] = [];
  fill(workspace, session, sessionRows, ids);
  const then = new Date();
  while (Date.now() <= then.getTime()) continue;
  updateAtRandom(workspace, ids, random);
  return timed(() => asKnownOn(workspace.replica.db, `session:${session}`, then));
}

/** The median milliseconds of building the tables from the log of 100,000 rows. */
async function rebuild(folder: string): Promise<number> {
  const workspace = newWorkspace(join(folder, 'rebuilt'));
  try {
    fill(workspace, addSession(workspace), rebuiltRows, []);
    const took: number[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const target = openForWriting({ path: join(folder, `rebuilt${turn}.db`), dataKey: randomBytes(32) });
      applyMigrations(target);
      target.sqlite.pragma('synchronous = OFF');
      took.push(
        await timed(() =>
          rebuildFromLog(workspace.replica.db, target, () => {
            throw new Error('A bench writes nothing from elsewhere.');
          }),
        ),
      );
      closeDb(target);
    }
    return median(took);
  } finally {
    closeWorkspace(workspace);
  }
}
