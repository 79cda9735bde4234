import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnSpec, entityNames, type EntityName } from '../../../db/catalogue/catalogue.ts';
import { exportTransaction } from '../../../db/replica/exchange/export.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { leavingToServer } from '../../../main/outbound/leaving-to-server.ts';
import { syncEgress } from '../../../main/outbound/sync-egress.ts';
import { columnsByNumber, entityOfNumber } from '../../../sync/core/cell-name.ts';
import {
  decisions,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../../sync/core/privacy-settings.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

const seed = 20_261_122;
const user = '00000000-0000-7000-8000-00000000000a';
const decision = fc.oneof(
  { weight: 4, arbitrary: fc.constant('allow' as const) },
  fc.constantFrom(...decisions),
);
const effect = fc.record({ sync: decision });

const policies: fc.Arbitrary<PrivacySettings> = fc
  .record({
    classes: fc.record({ open: effect, internal: effect, content: effect }, { requiredKeys: [] }),
    level_rules: fc.dictionary(fc.constantFrom('internal', 'restricted'), effect),
    redaction: fc.record({ detectors: fc.subarray(['email', 'person_names']) }),
  })
  .map((given) => privacySettingsSchema.parse(given));

function fill(workspace: OpenWorkspace) {
  const open = addSession(workspace, 'open work');
  const kept = addSession(workspace, 'kept work');
  const write = writerFunctions(workspace, () => undefined);
  write['edits.edit']({
    entity: 'research_sessions',
    ids: [open],
    values: { notes: 'write to ada@example.org' },
  });
  write['edits.edit']({
    entity: 'research_sessions',
    ids: [kept],
    values: { local_only: true, sharing_level: 'restricted' },
  });
  addEvidence(workspace, kept, 'of the kept');
  const evidence = addReadable(workspace, open, 'a page', 'words of the page');
  write['edits.edit']({ entity: 'evidence', ids: [evidence], values: { tags: ['one'] } });
  write['edits.edit']({ entity: 'evidence', ids: [evidence], values: { sharing_level: 'restricted' } });
  return { open, kept, evidence };
}

/** Every filled column that the encoder lets out of everything that waits. */
function encoded({ replica }: OpenWorkspace, tried: readonly PrivacySettings[]): Set<string> {
  const { db } = replica;
  const egress = syncEgress({
    db,
    policies: tried,
    policyVersion: 1,
    person: { author: replica.author, user },
    host: 's.example',
    now: () => '2026-01-01T00:00:00.000Z',
  });
  const left = new Set<string>();
  const put = (entity: EntityName, id: string, n: number, value: unknown) => {
    const name = columnsByNumber(entityNumber(entity)).get(n)?.name;
    // The cell of a text holds only the name of its lineage; the words are in its updates.
    if (name !== undefined && columnSpec(entity, name)?.merge === 'text') return;
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty && name !== undefined) left.add(`${entity} ${id} ${name}`);
  };
  for (const { txn } of db.statements.all<{ txn: number }>('SELECT txn FROM outbox')) {
    const whole = exportTransaction(db, txn);
    for (const entry of (whole === undefined ? null : egress.encode(whole).transaction)?.entries ?? []) {
      const entity = entityOfNumber(entry.entity) as EntityName;
      if (entry.op === 'insert')
        for (const [at, value] of entry.values.entries()) put(entity, entry.row, at + 1, value);
      if (entry.op === 'update')
        for (const { cell, value } of entry.cells) put(entity, entry.row, Number(cell), value);
    }
  }
  return left;
}

function entityNumber(entity: EntityName): number {
  return entityNames.map((_, n) => n).find((n) => entityOfNumber(n) === entity) ?? entityNames.length;
}

/** Every column that the list says would go. */
function listed({ replica }: OpenWorkspace, tried: readonly PrivacySettings[], which: 'all' | 'waiting') {
  const going = new Set<string>();
  for (let after: string | null | undefined; after !== null;) {
    const page = leavingToServer(replica.db, tried, () => null, { which, after: after ?? null, limit: 3 });
    for (const { entity, id, fields } of page.rows)
      for (const { decision, columns } of fields)
        if (decision === 'allow') for (const column of columns) going.add(`${entity} ${id} ${column}`);
    after = page.next;
  }
  return going;
}

describe('what would leave for the server', () => {
  test('is what the encoder lets out, field by field, under random settings of both sides', () => {
    let compared = 0;
    fc.assert(
      fc.property(policies, policies, (tenant, own) => {
        withWorkspace((workspace) => {
          fill(workspace);
          const left = encoded(workspace, [tenant, own]);
          compared += left.size;
          for (const which of ['all', 'waiting'] as const) {
            const going = listed(workspace, [tenant, own], which);
            expect([...left].filter((each) => !going.has(each))).toEqual([]);
          }
        });
      }),
      { seed, numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  test('says what stays, whose rule it is, and what a session counts', () => {
    withWorkspace((workspace) => {
      const { open, kept, evidence } = fill(workspace);
      const tenant = privacySettingsSchema.parse({ level_rules: { restricted: { sync: 'withhold' } } });
      const own = privacySettingsSchema.parse({ redaction: { detectors: ['email'] } });
      const page = leavingToServer(workspace.replica.db, [tenant, own], () => null, {
        which: 'all',
        after: null,
        limit: 500,
      });
      expect(page.next).toBeNull();
      expect(page.sessions.find(({ id }) => id === kept)).toMatchObject({ rule: 'local_only', rows: 2 });
      expect(page.sessions.find(({ id }) => id === open)).toMatchObject({ decision: 'allow' });
      const ruled = (id: string, column: string) =>
        page.rows
          .filter((row) => row.id === id)
          .flatMap(({ fields }) => fields)
          .find(({ columns }) => columns.includes(column));
      expect(ruled(open, 'notes')).toMatchObject({ decision: 'redact', rule: 'redaction', whose: 'own' });
      expect(ruled(evidence, 'title')).toMatchObject({
        rule: 'level_rules.restricted.sync',
        whose: 'organisation',
      });
      const ofKept = page.rows.filter(({ sessionId }) => sessionId === kept).flatMap(({ fields }) => fields);
      expect(ofKept).toMatchObject(ofKept.map(() => ({ rule: 'local_only', whose: 'own' })));
      expect(ofKept.length).toBeGreaterThan(1);
    });
  });
});
