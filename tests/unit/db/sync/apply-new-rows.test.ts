import { describe, expect, test } from 'vitest';
import { entityNames, entitySpec } from '../../../../db/catalogue/catalogue.ts';
import { judge, replaceSet } from '../../../../db/replica/rows/elements.ts';
import { blobToId, idToBlob } from '../../../../db/replica/rows/ids.ts';
import { putBody, writeText } from '../../../../db/replica/rows/text.ts';
import { removeRow, updateRow } from '../../../../db/replica/rows/write.ts';
import { applyNewRows } from '../../../../db/replica/sync/apply-new-rows.ts';
import type { Page } from '../../../../db/replica/sync/apply-page.ts';
import { applyRow } from '../../../../db/replica/sync/apply-row.ts';
import { beginScope, readCursors } from '../../../../db/replica/sync/cursors.ts';
import { enrol, ownScope } from '../../../../db/replica/sync/enrol.ts';
import { rowContext } from '../../../../db/replica/sync/row-context.ts';
import { transact, type Transaction } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { noSyncMutants } from '../../../../sync/core/sync-mutants.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';
import { TinyFeed } from '../../../helpers/tiny-feed.ts';

const evidenceNumber = entitySpec('evidence').n;
const ada = '00000000-0000-7000-8000-00000000000a';

/** A file of Ada's with a session's evidence in every state that a row can be in, and what the server has of it. */
function withWork(body: (feed: TinyFeed, session: string, evidence: readonly string[]) => void): void {
  withWorkspace((a) => {
    enrol(a.replica, { server: 'https://s.example', tenant: ada, user: ada });
    const feed = new TinyFeed();
    const session = addSession(a);
    const evidence = Array.from({ length: 40 }, (_, at) => addEvidence(a, session, `Evidence ${at}`));
    const edits: ((tx: Transaction, id: string) => void)[] = [
      (tx, id) => updateRow(tx, 'evidence', id, { title: 'second', language: 'de' }),
      (tx, id) => updateRow(tx, 'evidence', id, { metadata: { k: 1 } }),
      (tx, id) => replaceSet(tx, 'evidence', id, 'tags', ['x', 'y']),
      (tx, id) => judge(tx, 'evidence', id, 'reliability', 'B', 'seen'),
      (tx, id) => writeText(tx, 'evidence', id, 'notes', 'words of Ada'),
      (tx, id) => removeRow(tx, 'evidence', id),
    ];
    for (const [at, change] of edits.entries())
      transact(a.replica, { command: 'edit' }, (tx) => change(tx, evidence[at * 3] ?? ''));
    feed.take(a, ada);
    body(feed, session, evidence);
  });
}

/** Another file of Ada's that begins to fetch what the feed has. */
function withLaptop(session: string, body: (laptop: OpenWorkspace) => void): void {
  withWorkspace((laptop) => {
    const { replica } = laptop;
    enrol(replica, { server: 'https://s.example', tenant: ada, user: ada });
    replica.db.statements.run('DELETE FROM outbox');
    for (const scope of ['tenant', `session:${session}`])
      beginScope(replica.db, scope, 0, replica.schemaVersion);
    body(laptop);
  });
}

/** What became of the evidence of a page: how many rows were left to be applied one by one, and how many arrived. */
interface Became {
  readonly left: number;
  readonly arrived: number;
}

/** Applies the rows of a page in one transaction, where `many` says so as many at once as can be. */
function apply({ replica }: OpenWorkspace, page: Page, many: boolean): Became {
  return transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    const cursors = readCursors(replica.db).map(({ scope }) => scope);
    const context = rowContext(tx, {
      user: ada,
      applied: 0,
      isBootstrap: (scope) => cursors.includes(scope),
      again: false,
      mutants: noSyncMutants,
    });
    const here = (scope: string) => ownScope(scope, ada);
    for (const data of Object.values(page.bodies)) putBody(replica.db, Buffer.from(data, 'base64'));
    const { left, changes } = many
      ? applyNewRows(context, page.rows, here)
      : { left: page.rows, changes: [] };
    const others = left.flatMap((line) => {
      const scope = here(line.sc);
      return scope !== null && 'cells' in line ? applyRow(context, line, scope) : [];
    });
    return {
      left: left.filter(({ e }) => e === evidenceNumber).length,
      arrived: [...changes, ...others].filter(({ entity, op }) => entity === 'evidence' && op === 'insert')
        .length,
    };
  }).result;
}

/** What stands in every table that a first fetch writes, with this file's person under one name and its stamps as they were given. */
function standing({ replica }: OpenWorkspace, session: string): unknown {
  const { db, author } = replica;
  const own = idToBlob(author).toString('hex');
  const tables = [
    ...entityNames.map((name) => `${name} WHERE _scope = 'session:${session}' ORDER BY id`),
    `sync_rows WHERE scope = 'session:${session}' ORDER BY entity, row`,
    'search_dirty ORDER BY entity, id',
    'cells ORDER BY entity, row, cell',
  ];
  return tables.map((table) =>
    db.statements.all<Record<string, unknown>>(`SELECT * FROM ${table}`).map((row) =>
      Object.entries(row)
        .filter(([name]) => !numbers.has(name))
        .map(([name, value]) => {
          const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
          return [name, text === own ? 'own' : text];
        }),
    ),
  );
}

/** Columns that only say in which order rows were put in. */
const numbers = new Set(['rid', 'n']);

describe('rows of a first fetch', () => {
  test('[P22] put in many at once, they stand as they would have, put in one by one', () => {
    withWork((feed, session) => {
      const page = feed.page();
      const parts = new Set([entitySpec('judgements').n, entitySpec('text_updates').n]);
      // A part may come before what it belongs to.
      const early = { ...page, rows: page.rows.filter(({ e }) => parts.has(e)) };
      const late = { ...page, rows: page.rows.filter(({ e }) => !parts.has(e)) };
      withLaptop(session, (one) => {
        for (const each of [early, late]) apply(one, each, false);
        withLaptop(session, (other) => {
          apply(other, early, true);
          // Of the evidence two were edited, one has a key of a map, and one is in the trash.
          expect(apply(other, late, true)).toEqual({ left: 4, arrived: 40 });
          expect(standing(other, session)).toEqual(standing(one, session));
        });
      });
    });
  });

  test('where one is here already, the others come all the same, each once', () => {
    withWork((feed, session, evidence) => {
      const page = feed.page();
      withLaptop(session, (laptop) => {
        const rows = page.rows.filter(({ i }) => i === evidence[30]);
        expect(apply(laptop, { ...page, rows }, true)).toEqual({ left: 0, arrived: 1 });
        expect(apply(laptop, page, true)).toEqual({ left: 40, arrived: 39 });
        expect(evidenceIn(laptop)).toHaveLength(40);
      });
    });
  });

  test('[MR17] one that was purged here stays so, and is known', () => {
    withWork((feed, session, evidence) => {
      const [purged = ''] = evidence.slice(30);
      withLaptop(session, (laptop) => {
        const { db } = laptop.replica;
        db.statements.run(
          'INSERT INTO purged (id, entity, stamp) VALUES (?, ?, ?)',
          idToBlob(purged),
          evidenceNumber,
          '0'.repeat(32),
        );
        expect(apply(laptop, feed.page(), true)).toEqual({ left: 40, arrived: 39 });
        expect(evidenceIn(laptop)).not.toContain(purged);
        const known = db.statements.value('SELECT count(*) FROM sync_rows WHERE entity = ?', evidenceNumber);
        expect(known).toBe(40);
      });
    });
  });
});

function evidenceIn({ replica }: OpenWorkspace): string[] {
  return replica.db.statements.all<{ id: Buffer }>('SELECT id FROM evidence').map(({ id }) => blobToId(id));
}
