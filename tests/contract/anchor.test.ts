import { expect, test } from 'vitest';
import { labelOf } from '../../db/catalogue/label.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import { insertRow, updateRow, writeDerived } from '../../db/replica/rows/write.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { newRowSchema, patchSchema } from '../../preload/contract/payload.ts';
import { withWorkspace } from '../helpers/replica.ts';

const anchor = {
  selectors: [
    { type: 'TextQuoteSelector', exact: 'the river froze', prefix: 'that winter ', suffix: ' twice' },
    { type: 'TextPositionSelector', start: 12, end: 27 },
    { type: 'PageSelector', page: 1, rectangles: [{ x: 0.1, y: 0.2, width: 0.5, height: 0.02 }] },
  ],
};
const evidenceId = '01890000-0000-7000-8000-000000000001';

test('an anchor is stored only with selectors that can be understood', () => {
  const schema = newRowSchema('annotations');
  const accepts = (given: unknown) => schema.safeParse({ evidence_id: evidenceId, anchor: given }).success;
  expect(accepts(anchor)).toBe(true);
  expect(accepts({ selectors: [] })).toBe(false);
  expect(accepts({ selectors: [{ type: 'TextPositionSelector', start: 5, end: 5 }] })).toBe(false);
  expect(accepts({ selectors: [{ type: 'PageSelector', page: 0, rectangles: [] }] })).toBe(false);
  expect(accepts({ selectors: [{ type: 'CssSelector', value: 'p' }] })).toBe(false);
});

test('an anchor and where it was found are not edited by a person', () => {
  for (const entity of ['annotations', 'claim_evidence'] as const) {
    const schema = patchSchema(entity);
    for (const column of ['anchor', 'quote', 'anchor_state', 'located_start', 'extraction_id'])
      expect(Object.keys(schema.shape), `${entity}.${column}`).not.toContain(column);
  }
});

test('a quote remembers its annotation, and an orphan is a state that is not logged', () => {
  withWorkspace(({ replica }) => {
    const made = transact(replica, { command: 'quote' }, (tx) => {
      const session = insertRow(tx, 'research_sessions', { title: 'S' });
      const evidence = insertRow(tx, 'evidence', { session_id: session, title: 'E' });
      const claim = insertRow(tx, 'research_claims', { session_id: session, claim_text: 'It froze.' });
      const annotation = insertRow(tx, 'annotations', { evidence_id: evidence, quote: 'froze', anchor });
      const link = insertRow(tx, 'claim_evidence', {
        claim_id: claim,
        evidence_id: evidence,
        stance: 'supports',
        annotation_id: annotation,
        quote_kind: 'text',
        quote: 'froze',
        anchor,
      });
      return { session, annotation, link };
    }).result;
    const entries = () => replica.db.statements.value<number>('SELECT count(*) FROM log');
    const before = entries();
    transact(replica, { command: 'anchor' }, (tx) =>
      writeDerived(tx, 'annotations', made.annotation, { anchor_state: 'orphan' }),
    );
    expect(entries()).toBe(before);
    const link = getRow(replica.db, 'claim_evidence', made.link);
    expect(link).toMatchObject({ annotation_id: made.annotation, anchor, _scope: `session:${made.session}` });
    expect(getRow(replica.db, 'annotations', made.annotation)).toMatchObject({
      anchor_state: 'orphan',
      status: 'open',
    });
  });
});

test('a search is kept for its person, with filters that merge one by one', () => {
  withWorkspace(({ replica }) => {
    const id = transact(replica, { command: 'keep' }, (tx) =>
      insertRow(tx, 'saved_searches', { name: 'Ice', query: 'froze', filters: { mime: 'pdf' } }),
    ).result;
    transact(replica, { command: 'narrow' }, (tx) =>
      updateRow(tx, 'saved_searches', id, { filters: { mime: 'pdf', language: 'en' } }),
    );
    const logged = replica.db.statements.value<string>("SELECT cols FROM log WHERE op = 'u'") ?? '';
    expect(JSON.parse(logged)).toEqual([['5/language', ['en'], [], expect.any(Number)]]);
    expect(getRow(replica.db, 'saved_searches', id)).toMatchObject({ _scope: 'user', sort: 'relevance' });
    expect(labelOf('saved_searches', id)).toMatch(/^V-/);
  });
});
