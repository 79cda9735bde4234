import { expect, test } from 'vitest';
import { columnsOf, entityNames } from '../../db/catalogue/catalogue.ts';
import { captureStatements } from '../../db/replica/schema/capture.ts';
import { physicalColumns } from '../../db/replica/schema/physical.ts';
import { tableStatement } from '../../db/replica/schema/tables.ts';
import { migrations, schemaVersion } from '../../db/replica/migrations/registry.ts';
import { versionOf } from '../../db/replica/migrations/apply.ts';
import { withWorkspace } from '../helpers/replica.ts';

const frame = ['rid', 'id', '_scope', '_deleted', '_stamps', '_seq', '_ext', '_redacted', '_contested'];

/** Tables of the file itself: what is not described in the catalogue. */
const local = [
  'meta',
  'settings',
  'txns',
  'log',
  'outbox',
  'sync_meta',
  'sync_cursor',
  'sync_rows',
  'sync_inbox',
  'cells',
  'unknown_rows',
  'erased',
  'kept_cells',
  'session_devices',
  'purged',
  'bodies',
  'audit_outbox',
  'jobs',
  'job_items',
  'near_duplicates',
  'text_signatures',
  'signature_bands',
];

const searchTables = /^(chunk|item|search|vector|embedding)/;

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
}

test('every column of the catalogue stands in the migrated file with its type, and nothing else does', () => {
  withWorkspace(({ replica }) => {
    for (const entity of entityNames) {
      const found = replica.db.sqlite.pragma(`table_info(${entity})`) as TableColumn[];
      const wanted = physicalColumns(entity);
      expect(found.map((column) => column.name).toSorted(), entity).toEqual(
        [...frame, ...wanted.map((column) => column.name)].toSorted(),
      );
      for (const column of wanted) {
        const stored = found.find(({ name }) => name === column.name);
        expect(stored?.type, `${entity}.${column.name}`).toBe(column.sqlType);
        expect(stored?.notnull === 1, `${entity}.${column.name}`).toBe(column.spec.required === true);
      }
    }
  });
});

test('every table of the migrated file is in the catalogue, of the file itself, or derived for search', () => {
  withWorkspace(({ replica }) => {
    const tables = replica.db.statements
      .all<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
      )
      .map((row) => row.name)
      .filter((name) => !searchTables.test(name));
    expect(tables.toSorted()).toEqual([...entityNames, ...local].toSorted());
  });
});

test('the frozen statements are what the catalogue would make today', () => {
  const released = migrations.flatMap((step) => step.statements).map(normal);
  for (const entity of entityNames) expect(released, entity).toContain(normal(tableStatement(entity)));
});

function normal(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

test('steps are numbered without gaps, and a new file is at the last one', () => {
  expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, at) => at + 1));
  withWorkspace(({ replica }) => expect(versionOf(replica.db)).toBe(schemaVersion));
});

test('the triggers in the file are those that the catalogue makes', () => {
  withWorkspace(({ replica }) => {
    const stored = new Set(
      replica.db.statements
        .all<{ sql: string }>(
          `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'capture\\_%' ESCAPE '\\'`,
        )
        .map((row) => row.sql),
    );
    const wanted = entityNames.flatMap(captureStatements);
    for (const statement of wanted) expect(stored.has(statement), statement.slice(0, 60)).toBe(true);
  });
});

test('column numbers and entity numbers are unique, and 0 is left to the life of a row', () => {
  for (const entity of entityNames) {
    const numbers = columnsOf(entity).map(([, spec]) => spec.n);
    expect(new Set(numbers).size, entity).toBe(numbers.length);
    expect(Math.min(...numbers), entity).toBeGreaterThan(0);
  }
});

/** What lists and lookups ask most, and the index that answers each: none may read a whole table. */
const plans: readonly (readonly [sql: string, index: string])[] = [
  ['SELECT rid FROM evidence WHERE session_id = ? AND _deleted = 0', 'evidence_by_session'],
  ['SELECT rid FROM evidence WHERE artifact_id = ?', 'evidence_by_artifact'],
  ['SELECT rid FROM research_claims WHERE session_id = ? AND _deleted = 0', 'claims_by_session'],
  ['SELECT rid FROM claim_evidence WHERE evidence_id = ? AND _deleted = 0', 'links_by_evidence'],
  ['SELECT rid FROM claim_evidence WHERE claim_id = ?', 'links_by_claim'],
  ['SELECT rid FROM claim_evidence WHERE annotation_id = ?', 'links_by_annotation'],
  ['SELECT rid FROM annotations WHERE evidence_id = ?', 'annotations_by_evidence'],
  ['SELECT rid FROM annotations WHERE reply_to = ?', 'annotations_by_parent'],
  ['SELECT rid FROM reference_items WHERE project_id = ? AND citation_key = ?', 'references_by_project'],
  ['SELECT rid FROM reference_items WHERE artifact_id = ?', 'references_by_artifact'],
  ['SELECT rid FROM evidence WHERE reference_id = ?', 'evidence_by_reference'],
  ['SELECT rid FROM artifacts WHERE content_hash = ?', 'artifacts_by_hash'],
  ['SELECT rid FROM content_extractions WHERE artifact_id = ?', 'extractions_by_artifact'],
  ['SELECT element FROM set_elements WHERE owner_id = ? AND column_name = ?', 'elements_by_owner'],
  ['SELECT value FROM judgements WHERE owner_id = ? AND column_name = ?', 'judgements_by_owner'],
  ['SELECT n FROM log WHERE row = ? ORDER BY n', 'log_by_row'],
  ['SELECT txn FROM txns WHERE open = 1', 'txns_one_open'],
  ["SELECT txn FROM outbox WHERE state = 'pending' ORDER BY txn", 'outbox_by_state'],
  ['SELECT row FROM sync_rows WHERE scope = ? AND row > ?', 'sync_rows_by_scope'],
  ["SELECT n FROM sync_inbox WHERE state = 'open' ORDER BY n", 'sync_inbox_by_state'],
  ['SELECT txn FROM txns WHERE undoes = ?', 'txns_by_undoes'],
  ['SELECT id FROM evidence WHERE substr(hex(id), -5) = ?', 'evidence_by_label'],
  ['SELECT id FROM evidence WHERE id BETWEEN ? AND ? LIMIT 3', 'sqlite_autoindex_evidence_1'],
  ['SELECT rid FROM evidence WHERE id = ?', 'sqlite_autoindex_evidence_1'],
];

test.each(plans)('%s is answered by its index', (sql, index) => {
  withWorkspace(({ replica }) => {
    const values = Array.from(sql.match(/\?/g) ?? [], () => null);
    const steps = replica.db.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as {
      detail: string;
    }[];
    expect(steps.map((step) => step.detail).join('\n')).toMatch(new RegExp(`SEARCH .* ${index} `));
  });
});
