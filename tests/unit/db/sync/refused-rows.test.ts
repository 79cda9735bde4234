import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { examine } from '../../../../db/replica/care/doctor.ts';
import { replayRemote } from '../../../../db/replica/exchange/replay.ts';
import { idToBlob } from '../../../../db/replica/rows/ids.ts';
import { getRow } from '../../../../db/replica/rows/read.ts';
import { updateRow } from '../../../../db/replica/rows/write.ts';
import { applyNamed } from '../../../../db/replica/sync/apply-named.ts';
import { applyPage, type Page } from '../../../../db/replica/sync/apply-page.ts';
import { beginScope, readCursors } from '../../../../db/replica/sync/cursors.ts';
import { digestOf } from '../../../../db/replica/sync/digest.ts';
import { enrol } from '../../../../db/replica/sync/enrol.ts';
import { waitingToSend } from '../../../../db/replica/sync/outbox.ts';
import { countHeldRows } from '../../../../db/replica/sync/refused-rows.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { hashOfText } from '../../../../sync/core/row-wire.ts';
import { canonicalText } from '../../../../sync/core/value.ts';
import { noSyncMutants } from '../../../../sync/core/sync-mutants.ts';
import type { Json } from '../../../../db/catalogue/types.ts';
import { type RowLine, rowLineSchema } from '../../../../sync/protocol/row-state.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';
import { TinyFeed } from '../../../helpers/tiny-feed.ts';
import { changed, nasty } from '../../../helpers/wrong-messages.ts';

const cases = Number(process.env['WORKBENCH_CASES'] ?? 80);
const seed = Number(process.env['WORKBENCH_SEED'] ?? 7);
const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';

interface Scene {
  readonly a: OpenWorkspace;
  readonly b: OpenWorkspace;
  readonly feed: TinyFeed;
  readonly scope: string;
  readonly evidence: readonly string[];
}

/** Ada's work of a session with four rows, at the server; Bob's laptop follows and has nothing yet. */
function withScene(body: (scene: Scene) => void): void {
  withWorkspace((a) => {
    enrol(a.replica, { server: 'https://s.example', tenant: ada, user: ada });
    const session = addSession(a);
    const evidence = ['one', 'two', 'three'].map((title) => addEvidence(a, session, title));
    const feed = new TinyFeed();
    feed.take(a, ada);
    const scope = `session:${session}`;
    withFollower(scope, (b) => body({ a, b, feed, scope, evidence }));
  });
}

/** A laptop that follows a scope and has nothing of it yet. */
function withFollower(scope: string, body: (b: OpenWorkspace) => void): void {
  withWorkspace((b) => {
    enrol(b.replica, { server: 'https://s.example', tenant: ada, user: bob });
    beginScope(b.replica.db, scope, 0, b.replica.schemaVersion);
    body(b);
  });
}

function heldOf({ replica: { db } }: OpenWorkspace, id: string): string | null | undefined {
  return db.statements.value<string | null>('SELECT held FROM sync_rows WHERE row = ?', idToBlob(id));
}

/** The digest of a page's rows, by their hashes. */
function digestOfRows(rows: Page['rows'], scope: string): bigint {
  const hashes = rows.flatMap((row) => ('h' in row && row.sc === scope ? [row.h] : []));
  return hashes.reduce((x, hash) => x ^ BigInt(`0x${hash.slice(0, 16)}`), 0n);
}

/** A refusal that no check of this build makes, but that of another might. */
function refuse({ replica: { db } }: OpenWorkspace, title: string): void {
  for (const when of ['INSERT', 'UPDATE']) {
    db.sqlite.exec(
      `CREATE TRIGGER no_${when} BEFORE ${when} ON evidence WHEN NEW.title = '${title}' BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
  }
}

test('[MR8] [P9] a row that its table refuses is kept with its text; the others stand, the digest holds, the doctor counts it', () => {
  withScene(({ a, b, feed, scope, evidence }) => {
    const { db } = b.replica;
    const [one = '', two = '', three = ''] = evidence;
    refuse(b, 'two');
    const page = feed.page();
    applyPage(b.replica, page, [], noSyncMutants);
    expect(evidence.map((id) => getRow(db, 'evidence', id)?.title)).toEqual(['one', undefined, 'three']);
    expect(JSON.parse(heldOf(b, two) ?? 'null')).toEqual(page.rows.find((row) => row.i === two));
    expect([heldOf(b, one), heldOf(b, three)]).toEqual([null, null]);
    expect(digestOf(db, scope).x).toBe(digestOfRows(page.rows, scope));
    expect(readCursors(db).find((cursor) => cursor.scope === scope)).toMatchObject({ seq: feed.seq });
    expect(examine(b, replayRemote)).toMatchObject({ ok: true, counts: { waitingRows: 1 } });
    expect(countHeldRows(db)).toBe(1);
    // Asked for by name it is refused alike, and stops nothing.
    const rows = page.rows.filter((row): row is RowLine => 'cells' in row);
    applyNamed(b.replica, { rows, bodies: {}, trailer: { lastMutation: '0', missing: [] } }, noSyncMutants);
    expect(digestOf(db, scope).x).toBe(digestOfRows(page.rows, scope));
    // A version that the table takes is shown.
    const before = feed.seq;
    transact(a.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', two, { title: 'second' }));
    feed.take(a, ada);
    applyPage(b.replica, feed.page(before), [], noSyncMutants);
    expect([getRow(db, 'evidence', two)?.title, heldOf(b, two)]).toEqual(['second', null]);
    expect(examine(b, replayRemote)).toMatchObject({ ok: true, counts: { waitingRows: 0 } });
  });
});

test('[MR8] a newer version that the table refuses hides the row; what waits of it goes on, and an error of the disk is no refusal', () => {
  withScene(({ a, b, feed, evidence }) => {
    const { db } = b.replica;
    const two = evidence[1] ?? '';
    applyPage(b.replica, feed.page(), [], noSyncMutants);
    transact(b.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', two, { summary: 'of Bob' }));
    const waiting = waitingToSend(db).count;
    const before = feed.seq;
    transact(a.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', two, { title: 'refused' }));
    feed.take(a, ada);
    const { sqlite } = db;
    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    sqlite.function('fail', () => {
      throw full;
    });
    sqlite.exec(`CREATE TEMP TRIGGER failing BEFORE UPDATE ON evidence BEGIN SELECT fail(); END`);
    expect(() => applyPage(b.replica, feed.page(before), [], noSyncMutants)).toThrow(full);
    sqlite.exec('DROP TRIGGER failing');
    expect([getRow(db, 'evidence', two)?.title, heldOf(b, two)]).toEqual(['two', null]);
    refuse(b, 'refused');
    applyPage(b.replica, feed.page(before), [], noSyncMutants);
    expect(getRow(db, 'evidence', two)).toBeUndefined();
    expect(heldOf(b, two)).toContain('refused');
    expect(waitingToSend(db).count).toBe(waiting);
  });
});

test(
  `[P9] [P16] ${cases} pages with one row that is wrong in any way and hashed as it is: no other row is stopped or lost`,
  () => {
    const seen = { kept: 0, shown: 0, noRow: 0 };
    withScene(({ feed, scope, evidence }) => {
      const oneWrong = fc.property(
        fc.nat(2),
        fc.constantFrom('cells', 'n', 't', 'cells', 'cells'),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        nasty,
        fc.constantFrom('put', 'put', 'put', 'remove', 'double', 'add'),
        (which, part, path, value, what) => {
          const page = feed.page();
          const bad = evidence[which] ?? '';
          const rows = page.rows.map((row) => (row.i === bad ? spoilt(row, part, path, value, what) : row));
          if (!rowLineSchema.safeParse(rows.find((row) => row.i === bad)).success) {
            // Not of the protocol: the page as a whole is a bad one, as `readPage` says.
            seen.noRow += 1;
            return;
          }
          withFollower(scope, (b) => {
            const { db } = b.replica;
            applyPage(b.replica, { ...page, rows }, [], noSyncMutants);
            for (const id of evidence.filter((each) => each !== bad)) {
              expect(getRow(db, 'evidence', id)?.id).toBe(id);
              expect(heldOf(b, id)).toBeNull();
            }
            expect(digestOf(db, scope).x).toBe(digestOfRows(rows, scope));
            const isShown = getRow(db, 'evidence', bad) !== undefined;
            if (!isShown) expect(heldOf(b, bad)).not.toBeNull();
            seen[isShown ? 'shown' : 'kept'] += 1;
            // The good row under the next number takes its place.
            const good = feed.page();
            const next = { ...good, rows: good.rows.map((row) => ({ ...row, s: String(feed.seq + 1) })) };
            applyPage(b.replica, next, [], noSyncMutants);
            expect(getRow(db, 'evidence', bad)?.id).toBe(bad);
            expect(heldOf(b, bad)).toBeNull();
          });
        },
      );
      fc.assert(oneWrong, { seed, numRuns: cases });
    });
    // Each of the three ways is taken.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(cases / 50);
  },
  60_000 + cases * 500,
);

/** A line in which something was changed, under the hash of what it says then. */
function spoilt(
  row: Page['rows'][number],
  part: string,
  path: readonly number[],
  value: unknown,
  what: string,
): Page['rows'][number] {
  const line = { ...row, [part]: changed((row as Record<string, unknown>)[part], path, value, what) };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return { ...line, h: hashOfText(safeText(line), sha256) } as Page['rows'][number];
}

function safeText(line: object): string {
  try {
    return canonicalText(line as Json);
  } catch {
    return JSON.stringify(line);
  }
}
