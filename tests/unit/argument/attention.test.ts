import { expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { attentionOf } from '../../../main/argument/attention.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { addReadable, readAgain } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const text = 'The strait is calm in spring.\n\nOutput fell by a third after the mesh was fouled.';
const quote = 'Output fell by a third after the mesh was fouled.';
const limit = 5;

test('claims without support, retracted sources and lost quotes are found, and nothing that stands', () => {
  withWorkspace((workspace) => {
    const write = writerFunctions(workspace, () => undefined);
    const { db } = workspace.replica;
    const session = addSession(workspace, 'Tides');
    const report = addReadable(workspace, session, 'Report', text);
    const paper = addReadable(workspace, session, 'Paper', 'Nobody had cleaned it since March.');
    const claim = (claim_text: string): Id =>
      write['edits.add']({ entity: 'research_claims', values: { session_id: session, claim_text } }).id;
    const supported = claim('Fouling halves output');
    const bare = claim('The strait is calm');
    const against = claim('It was cleaned');
    const withdrawn = claim('Withdrawn');
    write['edits.edit']({ entity: 'research_claims', ids: [withdrawn], values: { status: 'withdrawn' } });
    write['claims.link']({ claimId: supported, evidenceId: report, stance: 'supports', quote });
    write['claims.link']({ claimId: against, evidenceId: paper, stance: 'contradicts', quote: undefined });

    const before = attentionOf(db, { limit });
    expect(before.unsupported.items.map(({ id }) => id)).toEqual([against, bare]);
    expect(before.retracted).toEqual({ total: 0, items: [] });
    expect(before.orphans.total).toBe(0);
    expect(attentionOf(db, { limit: 1 }).unsupported).toMatchObject({ total: 2, items: [{ id: against }] });

    const retracted_at = '2026-03-01T00:00:00.000Z';
    write['edits.edit']({ entity: 'evidence', ids: [report], values: { retracted_at } });
    const retracted = attentionOf(db, { limit });
    expect(retracted.retracted.items).toMatchObject([
      { id: supported, evidenceId: report, evidenceTitle: 'Report', sessionTitle: 'Tides' },
    ]);
    expect(retracted.unsupported.total).toBe(3);

    readAgain(workspace, report, 'The strait is calm in spring. Nothing else is said.', '2');
    expect(attentionOf(db, { limit }).orphans.items).toMatchObject([{ text: quote, evidenceId: report }]);
    write['edits.remove']({ entity: 'evidence', ids: [report] });
    expect(attentionOf(db, { limit }).orphans.total).toBe(0);
    expect(attentionOf(db, { limit }).retracted.total).toBe(0);
  });
});
