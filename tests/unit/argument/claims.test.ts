import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { claimDetail, claimsOf } from '../../../main/argument/claims.ts';
import { rippleOf } from '../../../main/argument/ripple.ts';
import { annotationsOf } from '../../../main/documents/annotations.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { addReadable, readAgain } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const text =
  'The strait is calm in spring.\n\nOutput fell by a third after the mesh was fouled.\n\nNobody had cleaned it since March.';
const quote = 'Output fell by a third after the mesh was fouled.';

function bench(workspace: OpenWorkspace) {
  const write = writerFunctions(workspace, () => undefined);
  const session = addSession(workspace);
  const { db } = workspace.replica;
  return {
    write,
    session,
    db,
    claim: (claim_text: string): Id =>
      write['edits.add']({ entity: 'research_claims', values: { session_id: session, claim_text } }).id,
    link: (claimId: Id, evidenceId: Id, stance: 'supports' | 'contradicts' = 'supports', words?: string) =>
      write['claims.link']({ claimId, evidenceId, stance, quote: words }),
    rate: (id: Id, reliability: string) =>
      write['edits.edit']({ entity: 'evidence', ids: [id], values: { reliability, credibility: '2' } }),
  };
}

describe('quotes', () => {
  test('hold the words of the source, found across other white space, with their place', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, db } = bench(workspace);
      const evidence = addReadable(workspace, session, 'Report', text);
      const made = link(claim('Fouling halves output'), evidence, 'supports', quote.replaceAll(' ', '\n '));
      const row = getRow(db, 'claim_evidence', made.linkId);
      expect(row?.quote).toBe(quote);
      expect(text.slice(made.start ?? 0, made.end ?? 0)).toBe(quote);
      expect(row).toMatchObject({
        anchor_state: 'exact',
        located_start: text.indexOf(quote),
        quote_kind: 'text',
      });
    });
  });

  test('that the source does not say are refused, whichever way they come', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, write, db } = bench(workspace);
      const evidence = addReadable(workspace, session, 'Report', text);
      const id = claim('Output rose');
      const invented = 'Output rose by a third after the mesh was fouled.';
      expect(() => link(id, evidence, 'supports', invented)).toThrow(/does not say these words/);
      const values = { claim_id: id, evidence_id: evidence, stance: 'supports', quote: invented };
      expect(() => write['edits.add']({ entity: 'claim_evidence', values })).toThrow(
        /does not say these words/,
      );
      const place = { selectors: [{ type: 'TextPositionSelector', start: 0, end: 29 }] };
      expect(() =>
        write['edits.add']({
          entity: 'annotations',
          values: { evidence_id: evidence, quote, anchor: place },
        }),
      ).toThrow(/does not say these words/);
      expect(claimDetail(db, { id }).links).toEqual([]);
    });
  });

  test('follow their words into another extraction, and are orphans where these are gone', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, db } = bench(workspace);
      const evidence = addReadable(workspace, session, 'Report', text);
      const id = claim('Fouling halves output');
      link(id, evidence, 'supports', quote);
      readAgain(workspace, evidence, `Page 1\n${text.replaceAll(' ', '  ').replace('mesh', 'me-\nsh')}`, '2');
      const [moved] = claimDetail(db, { id }).links;
      expect(moved).toMatchObject({ orphan: false });
      expect(annotationsOf(db, { evidenceId: evidence })[0]?.state).toBe('moved');
      readAgain(workspace, evidence, text.replace('a third', 'a half'), '3');
      expect(claimDetail(db, { id }).links[0]).toMatchObject({ orphan: true, start: null, quote });
    });
  });
});

describe('claims', () => {
  test('count sources and origins, and know their strength', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, rate, db } = bench(workspace);
      const first = addReadable(workspace, session, 'Report', text);
      const echo = addReadable(workspace, session, 'Press note', `We repeat: ${quote}`);
      const other = addReadable(
        workspace,
        session,
        'Log',
        'A third less water came out of the plant in May.',
      );
      for (const id of [first, echo, other]) rate(id, 'B');
      const id = claim('Fouling costs a third');
      link(id, first, 'supports', quote);
      link(id, echo, 'supports', quote);
      link(id, other);
      expect(claimsOf(db, session)[0]?.standing).toMatchObject({ sources: 3, origins: 2 });
      expect(getRow(db, 'research_claims', id)).toMatchObject({
        source_count: 3,
        origin_count: 2,
        evidence_strength: 'very_strong',
      });
    });
  });

  test('a ripple tells beforehand what retracting does, and one undo takes it back', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, rate, write, db } = bench(workspace);
      const first = addReadable(workspace, session, 'Report', text);
      rate(first, 'A');
      const id = claim('Fouling costs a third');
      link(id, first, 'supports', quote);
      const [told] = rippleOf(db, { evidenceIds: [first], change: { kind: 'retract' } });
      expect(told?.before.strength).toBe('very_strong');
      write['edits.edit']({
        entity: 'evidence',
        ids: [first],
        values: { retracted_at: '2026-01-01T00:00:00.000Z', retraction_reason: 'withdrawn by its author' },
      });
      expect(claimsOf(db, session)[0]?.standing).toEqual(told?.after);
      expect(getRow(db, 'research_claims', id)?.evidence_strength).toBeNull();
      write['edits.undo']();
      expect(claimsOf(db, session)[0]?.standing).toEqual(told?.before);
      expect(getRow(db, 'research_claims', id)?.evidence_strength).toBe('very_strong');
    });
  });

  test('are split and merged in one step each, with their quotes', () => {
    withWorkspace((workspace) => {
      const { claim, link, session, write, db } = bench(workspace);
      const evidence = addReadable(workspace, session, 'Report', text);
      const id = claim('It fouls and nobody cleans');
      const kept = link(id, evidence, 'supports', quote);
      const gone = link(id, evidence, 'supports', 'Nobody had cleaned it since March.');
      const { ids } = write['claims.split']({
        claimId: id,
        parts: ['It fouls', 'Nobody cleans'],
        links: { [gone.linkId]: 1 },
      });
      const rows = claimsOf(db, session);
      expect(rows.map((row) => row.text).toSorted()).toEqual(['It fouls', 'Nobody cleans']);
      const [, second] = ids;
      expect(claimDetail(db, { id }).links.map((each) => each.id)).toEqual([kept.linkId]);
      expect(claimDetail(db, { id: second as Id }).links[0]?.quote).toBe(
        'Nobody had cleaned it since March.',
      );
      write['claims.merge']({ into: id, claimIds: [second as Id] });
      expect(claimsOf(db, session)).toHaveLength(1);
      expect(claimDetail(db, { id }).links).toHaveLength(2);
      write['edits.undo']();
      write['edits.undo']();
      expect(claimsOf(db, session).map((row) => row.text)).toEqual(['It fouls and nobody cleans']);
      expect(claimDetail(db, { id }).links).toHaveLength(2);
    });
  });
});
