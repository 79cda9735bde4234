import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { claimDetail } from '../../../main/argument/claims.ts';
import { writeExport } from '../../../main/export/write.ts';
import { importReferences } from '../../../main/host/commands/references.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { defaultPrivacySettings, privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { makePdf } from '../../helpers/pdf.ts';
import { addPdf, capturePdf } from '../../helpers/pdf-evidence.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const at = '2026-01-02T03:04:05.000Z';
const report = 'Membranes foul in summer. It does not end it. It does not end it.';

function jsonOf({ replica }: OpenWorkspace, sessionId: Id, policy: unknown = defaultPrivacySettings): string {
  const { content } = writeExport(replica.db, {
    sessionId,
    format: 'json',
    policy: privacySettingsSchema.parse(policy),
    at,
  });
  if (!('text' in content)) throw new Error('it is no text');
  return content.text;
}

/** A session with everything that a person can give it. */
function prepare(workspace: OpenWorkspace, words = { title: 'Membranes', note: 'Why?', tag: 'lagoon' }) {
  const session = addSession(workspace, words.title);
  const evidence = addReadable(workspace, session, 'Lab report', report);
  const write = writerFunctions(workspace, () => undefined);
  write['edits.edit']({
    entity: 'research_sessions',
    ids: [session],
    values: { notes: words.note, tags: [words.tag] },
  });
  write['edits.edit']({
    entity: 'evidence',
    ids: [evidence],
    values: { reliability: 'B', credibility: '2', notes: words.note },
  });
  const claim = write['edits.add']({
    entity: 'research_claims',
    values: { session_id: session, claim_text: words.title, final_verdict: 'approved', confidence: 0.7 },
  }).id;
  // The second of two equal sentences: its place is all that tells it from the first.
  const { linkId } = write['claims.link']({
    claimId: claim,
    evidenceId: evidence,
    stance: 'supports',
    quote: 'It does not end it.',
    start: 46,
    end: 65,
  });
  const place = { selectors: [{ type: 'TextPositionSelector', start: 0, end: 25 }] };
  write['edits.add']({
    entity: 'annotations',
    values: { evidence_id: evidence, anchor: place, body: words.note, tags: [words.tag] },
  });
  return { session, evidence, claim, linkId, write };
}

/** A file without what each workspace says of its own: its files, its project, and what is derived anew. */
function comparable(text: string): unknown {
  const { rows } = JSON.parse(text) as { rows: Record<string, Record<string, unknown>[]> };
  const own = ['artifact_id', 'project_id', 'text_hash', 'located_in', 'relevance_score', 'recency_score'];
  const kept = [
    'research_sessions',
    'evidence',
    'research_claims',
    'claim_evidence',
    'annotations',
    'judgements',
  ];
  return kept.map((entity) =>
    (rows[entity] ?? []).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !own.includes(name))),
    ),
  );
}

describe('a session as JSON', () => {
  test('read back where it came from changes nothing, twice in a row', () => {
    withWorkspace((workspace) => {
      const { session, write } = prepare(workspace);
      const file = jsonOf(workspace, session);
      const before = workspace.replica.db.statements.value<number>('SELECT max(n) FROM log');
      for (const _time of [1, 2]) {
        expect(write['import.session']({ text: file })).toMatchObject({ added: 0, left: 0 });
        expect(jsonOf(workspace, session)).toBe(file);
      }
      expect(workspace.replica.db.statements.value<number>('SELECT max(n) FROM log')).toBe(before);
    });
  });

  test('comes to another workspace whole: words, places, judgements; twice changes nothing; one undo', () => {
    const words = fc.record({
      title: fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
      note: fc.string({ unit: 'grapheme', minLength: 1 }),
      tag: fc.stringMatching(/^[a-zé]{1,12}$/),
    });
    fc.assert(
      fc.property(words, (given) => {
        const { file, claim, linkId, evidence, session } = withWorkspace((workspace) => {
          const made = prepare(workspace, given);
          return { ...made, file: jsonOf(workspace, made.session) };
        });
        withWorkspace((workspace) => {
          const write = writerFunctions(workspace, () => undefined);
          const came = write['import.session']({ text: file });
          expect(came).toMatchObject({ left: 0 });
          expect(comparable(jsonOf(workspace, session))).toEqual(comparable(file));
          const again = jsonOf(workspace, session);
          expect(write['import.session']({ text: file })).toMatchObject({ left: 0, added: 0 });
          expect(jsonOf(workspace, session)).toBe(again);
          const { db } = workspace.replica;
          expect(getRow(db, 'claim_evidence', linkId)).toMatchObject({
            anchor_state: 'exact',
            located_start: 46,
          });
          expect(claimDetail(db, { id: claim }).claim).toMatchObject({
            verdict: 'approved',
            confidence: 0.7,
          });
          expect(listRows(db, 'evidence').map(({ id }) => id)).toEqual([evidence]);
          write['edits.undo']();
          expect(listRows(db, 'evidence')).toEqual([]);
        });
      }),
      { seed: 11, numRuns: 12 },
    );
  });

  test('brings what its documents are cited by, or finds it in the library', async () => {
    const library = await loadCitationLibrary();
    withWorkspace((from) => {
      const session = addSession(from, 'Cited');
      const evidence = addReadable(from, session, 'Rail gauges', 'doi:10.5555/tl.7.2.11');
      const write = writerFunctions(from, () => undefined);
      const [made] = write['references.fromEvidence']({ evidenceIds: [evidence] });
      write['edits.edit']({
        entity: 'reference_items',
        ids: [made?.referenceId ?? ''],
        values: { tags: ['rail'], notes: 'on the shelf' },
      });
      const text = jsonOf(from, session);
      const cited = ({ replica }: OpenWorkspace) => {
        const id = getRow(replica.db, 'evidence', evidence)?.reference_id ?? '';
        return getRow(replica.db, 'reference_items', id);
      };
      const take = (to: OpenWorkspace) => writerFunctions(to, () => undefined)['import.session']({ text });
      withWorkspace((to) => {
        expect(take(to)).toMatchObject({ left: 0 });
        expect(cited(to)).toMatchObject({ id: made?.referenceId, tags: ['rail'], notes: 'on the shelf' });
        expect(cited(to)?.project_id).not.toBe(cited(from)?.project_id);
        expect(take(to)).toMatchObject({ added: 0, left: 0 });
      });
      withWorkspace((to) => {
        const mine = '@article{mine, title = {Rail gauges}, doi = {10.5555/tl.7.2.11}}';
        importReferences(to.replica, library, { text: mine });
        take(to);
        expect(cited(to)?.citation_key).toBe('mine');
        expect(listRows(to.replica.db, 'reference_items')).toHaveLength(1);
        expect(take(to)).toMatchObject({ added: 0, left: 0 });
      });
    });
  });

  test('brings the words for search and their file', () => {
    const file = withWorkspace((workspace) => jsonOf(workspace, prepare(workspace).session));
    withWorkspace((workspace) => {
      writerFunctions(workspace, () => undefined)['import.session']({ text: file });
      const { db } = workspace.replica;
      expect(db.statements.value<number>('SELECT count(*) FROM chunks')).toBeGreaterThan(0);
      const [artifact] = listRows(db, 'artifacts');
      const hash = artifact?.content_hash ?? '';
      expect(workspace.blobs.verify(hash)).toBe(true);
      expect(workspace.blobs.read(hash).toString()).toBe(report);
    });
  });

  test('finds a file that is here by its bytes, with the facts about it', async () => {
    const pdf = await capturePdf(await makePdf(['Membranes last a season.']));
    const { file, evidence } = withWorkspace((workspace) => {
      const session = addSession(workspace);
      const made = addPdf(workspace, session, 'Filing', pdf);
      transact(workspace.replica, { command: 'x' }, (tx) =>
        insertRow(tx, 'metadata_tags', {
          artifact_id: made.artifact,
          tag_type: 'file',
          tag_key: 'producer',
          tag_value: 'A press',
        }),
      );
      return { file: jsonOf(workspace, session), evidence: made.evidence };
    });
    for (const isHere of [true, false]) {
      withWorkspace((workspace) => {
        if (isHere) workspace.blobs.put(pdf.bytes);
        const write = writerFunctions(workspace, () => undefined);
        expect(write['import.session']({ text: file })).toMatchObject({ left: 0 });
        expect(write['import.session']({ text: file })).toMatchObject({ left: 0, added: 0 });
        const { db } = workspace.replica;
        const artifact = getRow(db, 'artifacts', getRow(db, 'evidence', evidence)?.artifact_id as Id);
        expect(artifact?.artifact_type).toBe(isHere ? 'pdf' : 'text');
        expect(workspace.blobs.verify(artifact?.content_hash ?? '')).toBe(true);
        expect(listRows(db, 'metadata_tags').map((tag) => [tag.artifact_id, tag.tag_value])).toEqual([
          [artifact?.id, 'A press'],
        ]);
      });
    }
  });

  test('with values kept back: they are not written as if they were words', () => {
    const policy = { classes: { internal: { export: 'redact' }, content: { export: 'withhold' } } };
    const { file, session } = withWorkspace((workspace) => {
      const made = prepare(workspace);
      return { ...made, file: jsonOf(workspace, made.session, policy) };
    });
    expect(file).not.toContain('Membranes');
    withWorkspace((workspace) => {
      const write = writerFunctions(workspace, () => undefined);
      const came = write['import.session']({ text: file });
      expect(came.added).toBeGreaterThan(0);
      expect(getRow(workspace.replica.db, 'research_sessions', session)?.title).toBeNull();
      // A link whose stance is kept back says nothing, and is left out.
      expect(came.left).toBeGreaterThan(0);
    });
  });

  test('does not bring back what was purged here', () => {
    withWorkspace((workspace) => {
      const { session, claim, write } = prepare(workspace);
      const file = jsonOf(workspace, session);
      write['edits.remove']({ entity: 'research_claims', ids: [claim] });
      write['edits.purge']({ entity: 'research_claims', ids: [claim] });
      const came = write['import.session']({ text: file });
      expect(came.added).toBe(0);
      expect(came.left).toBeGreaterThan(1);
      expect(getRow(workspace.replica.db, 'research_claims', claim)).toBeUndefined();
    });
  });

  test('of another form or a newer version is refused, and nothing is changed', () => {
    withWorkspace((workspace) => {
      const { session, write } = prepare(workspace);
      const file = jsonOf(workspace, session);
      const bad = [
        '',
        '{}',
        file.replace('"version": 2', '"version": 3'),
        file.replace('"evidence"', '"users"'),
      ];
      for (const text of bad) {
        expect(() => write['import.session']({ text })).toThrow('Nothing was changed.');
      }
    });
  });
});
