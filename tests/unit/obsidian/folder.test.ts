import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { writeNotes } from '../../../main/export/obsidian/write.ts';
import { linkClaim } from '../../../main/host/commands/claims.ts';
import { addRow, editRows, moveRows, stepBack, tagRows } from '../../../main/host/commands/edits.ts';
import { importNotes } from '../../../main/host/commands/import-notes.ts';
import { defaultPrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { hostileText } from '../../helpers/hostile-text.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

type Folder = Map<string, string>;

const source =
  'Grain left the port on Monday. Prices fell by a tenth. Prices fell by a tenth, said the paper.';

interface Made {
  readonly session: Id;
  readonly evidence: Id;
  readonly claim: Id;
  readonly link: Id;
}

function make(
  workspace: OpenWorkspace,
  claimText = 'Grain moves again',
  title = 'Port: [notes] / May',
): Made {
  const { replica } = workspace;
  const session = addSession(workspace, 'Corridor?');
  const evidence = addReadable(workspace, session, title, source);
  const { id: claim } = addRow(replica, {
    entity: 'research_claims',
    values: {
      session_id: session,
      claim_text: claimText,
      reasoning: 'Because\n\n%% note %%\n## Supports\nof it.',
    },
  }).result;
  const { linkId: link } = linkClaim(workspace, {
    claimId: claim,
    evidenceId: evidence,
    stance: 'supports',
    quote: 'Grain left the port on Monday.',
    note: 'first hand',
  }).result;
  return { session, evidence, claim, link };
}

function written({ replica }: OpenWorkspace, sessionId: Id): Folder {
  const { files } = writeNotes(replica.db, { sessionId, policy: defaultPrivacySettings });
  return new Map(files.map(({ path, text }) => [path, text]));
}

function take(workspace: OpenWorkspace, folder: Folder, dryRun = false) {
  const files = [...folder].map(([path, text]) => ({ path, text }));
  return importNotes(workspace, { files, dryRun }).result;
}

const nothing = { edited: 0, claims: 0, links: 0, problems: [] };

function pathOf(folder: Folder, id: Id): string {
  const found = [...folder].find(([, text]) => text.includes(`\nid: "${id}"\n`));
  if (found === undefined) throw new Error('the folder has no note of this row');
  return found[0];
}

function edit(folder: Folder, id: Id, from: string, to: string): Folder {
  const path = pathOf(folder, id);
  const text = folder.get(path) ?? '';
  if (!text.includes(from)) throw new Error(`the note does not say “${from}”`);
  return new Map(folder).set(
    path,
    text.replace(from, () => to),
  );
}

const log = ({ replica }: OpenWorkspace): number =>
  replica.db.statements.value<number>('SELECT count(*) FROM txns') ?? 0;

describe('a folder of notes that nobody edited', () => {
  test('changes nothing, twice, whatever its words are', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 8, maxLength: 8 }), (words) => {
        withWorkspace((workspace) => {
          const [claimText = '', title = '', notes = '', reasoning = '', note = '', question = '', ...rest] =
            words;
          const made = make(workspace, claimText, title);
          const set = (
            entity: 'evidence' | 'research_sessions' | 'research_claims' | 'claim_evidence',
            id: Id,
            values: Record<string, string>,
          ) => editRows(workspace.replica, { entity, ids: [id], values });
          set('evidence', made.evidence, { notes, author: rest[0] ?? '', summary: rest[1] ?? '' });
          set('research_sessions', made.session, { title, research_question: question, notes });
          set('research_claims', made.claim, { reasoning });
          set('claim_evidence', made.link, { note });
          const before = log(workspace);
          const folder = written(workspace, made.session);
          expect(take(workspace, folder)).toMatchObject(nothing);
          expect(take(workspace, folder)).toMatchObject(nothing);
          expect(written(workspace, made.session)).toEqual(folder);
          const windows = new Map([...folder].map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));
          expect(take(workspace, windows)).toMatchObject(nothing);
          expect(log(workspace)).toBe(before);
        });
      }),
      { seed: 20_261_121, numRuns: 25 },
    );
  });

  test('may be renamed and moved, and links follow their labels', () => {
    withWorkspace((workspace) => {
      const { session, claim, evidence } = make(workspace);
      const folder = written(workspace, session);
      const [label = ''] = /E-[0-9A-Z]{4}/.exec(pathOf(folder, evidence)) ?? [];
      const moved = new Map([...folder].map(([, text], at) => [`Elsewhere/${at}.md`, text]));
      expect(take(workspace, moved)).toMatchObject(nothing);
      const entry = `## Contradicts\n- [[Its old name (${label})]]\n\n## Supports\n\n- `;
      const more = edit(moved, claim, '## Supports\n\n- ', entry);
      expect(take(workspace, more)).toMatchObject({ links: 1, problems: [] });
      expect(take(workspace, more)).toMatchObject(nothing);
    });
  });

  test('does not take back what was changed in the Workbench since', () => {
    withWorkspace((workspace) => {
      const { session, claim, evidence, link } = make(workspace);
      const folder = written(workspace, session);
      const { replica } = workspace;
      editRows(replica, { entity: 'research_claims', ids: [claim], values: { claim_text: 'Said anew' } });
      editRows(replica, {
        entity: 'evidence',
        ids: [evidence],
        values: { title: 'Titled anew', notes: 'new' },
      });
      moveRows(replica, 'remove', { entity: 'claim_evidence', ids: [link] });
      const before = log(workspace);
      expect(take(workspace, folder)).toMatchObject(nothing);
      expect(log(workspace)).toBe(before);
    });
  });

  test('has links between claims and documents, quotes, and ids that stay', () => {
    withWorkspace((workspace) => {
      const { session, claim, evidence } = make(workspace);
      const folder = written(workspace, session);
      expect([...folder.keys()]).toHaveLength(3);
      expect(pathOf(folder, evidence)).toMatch(/^Evidence\/Port notes May \(E-[0-9A-Z]{4}\)\.md$/);
      const note = folder.get(pathOf(folder, claim)) ?? '';
      const stem = pathOf(folder, evidence).replace('Evidence/', '').replace('.md', '');
      expect(note).toContain(`## Supports\n\n- [[${stem}|Port: notes / May]]`);
      expect(note).toContain('  > Grain left the port on Monday.');
      const cited = folder.get(pathOf(folder, evidence)) ?? '';
      expect(cited).toContain(`- supports [[Grain moves again (`);
    });
  });
});

describe('an edited folder', () => {
  test('changes titles, claims, reasoning and notes in one step, once', () => {
    withWorkspace((workspace) => {
      const made = make(workspace);
      let folder = written(workspace, made.session);
      folder = edit(folder, made.evidence, 'title: "Port: [notes] / May"', "title: 'Port''s notes'");
      folder = edit(folder, made.evidence, '%% notes %%\n', '%% notes %%\nread twice');
      folder = edit(folder, made.claim, 'Grain moves again', 'Grain moves\nagain: [[slowly]]');
      folder = edit(folder, made.claim, 'first hand', 'second hand');
      folder = edit(folder, made.session, 'title: "Corridor?"', 'title: Corridor');
      expect(take(workspace, folder, true)).toMatchObject({ edited: 5, problems: [] });
      expect(getRow(workspace.replica.db, 'evidence', made.evidence)?.notes).toBeNull();
      expect(take(workspace, folder)).toMatchObject({ edited: 5, claims: 0, links: 0, problems: [] });
      const { db } = workspace.replica;
      expect(getRow(db, 'evidence', made.evidence)).toMatchObject({
        title: "Port's notes",
        notes: 'read twice',
      });
      expect(getRow(db, 'research_claims', made.claim)?.claim_text).toBe('Grain moves\nagain: [[slowly]]');
      expect(getRow(db, 'claim_evidence', made.link)?.note).toBe('second hand');
      expect(getRow(db, 'research_sessions', made.session)?.title).toBe('Corridor');
      expect(take(workspace, folder)).toMatchObject(nothing);
      stepBack(workspace.replica, 'undo');
      expect(getRow(db, 'research_claims', made.claim)?.claim_text).toBe('Grain moves again');
      expect(getRow(db, 'evidence', made.evidence)?.title).toBe('Port: [notes] / May');
    });
  });

  test('gives tags back one by one, and statuses with what follows from them, in one step', () => {
    withWorkspace((workspace) => {
      const { session, claim, evidence } = make(workspace);
      const { replica } = workspace;
      const tag = (entity: 'research_claims' | 'evidence', id: Id, add: string) =>
        tagRows(replica, { entity, ids: [id], column: 'tags', add: [add], remove: [] });
      tag('research_claims', claim, 'grain');
      tag('evidence', evidence, 'port');
      let folder = written(workspace, session);
      folder = edit(folder, claim, 'tags: ["grain"]', 'tags: [prices, 2025]');
      folder = edit(folder, evidence, 'tags: ["port"]', 'tags:');
      folder = edit(folder, claim, 'status: "open"', 'status: settled');
      folder = edit(folder, session, 'status: "active"', 'status: completed');
      // Meanwhile in the Workbench: a set takes both.
      tag('research_claims', claim, 'harbour');
      expect(take(workspace, folder)).toMatchObject({ edited: 3, problems: [] });
      const tagsOf = () => [...(getRow(replica.db, 'research_claims', claim)?.tags ?? [])].toSorted();
      expect(tagsOf()).toEqual(['2025', 'harbour', 'prices']);
      // An emptied property says nothing.
      expect(getRow(replica.db, 'evidence', evidence)?.tags).toEqual(['port']);
      expect(getRow(replica.db, 'research_claims', claim)?.status).toBe('settled');
      const done = getRow(replica.db, 'research_sessions', session);
      expect([done?.status, typeof done?.completed_at]).toEqual(['completed', 'string']);
      expect(take(workspace, folder)).toMatchObject(nothing);
      stepBack(replica, 'undo');
      expect(tagsOf()).toEqual(['grain', 'harbour']);
      expect(getRow(replica.db, 'research_sessions', session)).toMatchObject({
        status: 'active',
        completed_at: null,
      });
      const emptied = edit(written(workspace, session), evidence, 'tags: ["port"]', 'tags: []');
      expect(take(workspace, emptied)).toMatchObject({ edited: 1, problems: [] });
      expect(getRow(replica.db, 'evidence', evidence)?.tags).toEqual([]);
    });
  });

  test('keeps a status that was changed on both sides, or that is none', () => {
    withWorkspace((workspace) => {
      const { session, claim } = make(workspace);
      const folder = written(workspace, session);
      const unknown = take(workspace, edit(folder, claim, 'status: "open"', 'status: finished'));
      expect(unknown.problems[0]?.sentence).toContain('“finished” is none of draft, open');
      editRows(workspace.replica, { entity: 'research_claims', ids: [claim], values: { status: 'draft' } });
      const both = take(workspace, edit(folder, claim, 'status: "open"', 'status: settled'));
      expect(both.problems[0]?.sentence).toContain('was changed in the Workbench too');
      expect(getRow(workspace.replica.db, 'research_claims', claim)?.status).toBe('draft');
    });
  });

  test('keeps what was edited on both sides as it is here, and says so', () => {
    withWorkspace((workspace) => {
      const { session, claim } = make(workspace);
      const folder = edit(written(workspace, session), claim, 'Grain moves again', 'There');
      editRows(workspace.replica, {
        entity: 'research_claims',
        ids: [claim],
        values: { claim_text: 'Here' },
      });
      const { edited, problems } = take(workspace, folder);
      expect(edited).toBe(0);
      expect(problems).toEqual([
        {
          path: pathOf(folder, claim),
          sentence: expect.stringContaining('was changed in the Workbench too') as string,
        },
      ]);
      expect(getRow(workspace.replica.db, 'research_claims', claim)?.claim_text).toBe('Here');
    });
  });

  test('adds a new note as a claim with the quotes that its sources say, and never twice', () => {
    withWorkspace((workspace) => {
      const { session, evidence } = make(workspace);
      const folder = written(workspace, session);
      const stem = pathOf(folder, evidence).replace('Evidence/', '').replace('.md', '');
      folder.set(
        'Claims/My own.md',
        [
          '# Prices fell',
          '',
          'I think so.',
          '',
          '## Supports',
          `- [[${stem}|the port]]`,
          '  > Prices fell  by a tenth,',
          '  > said the paper',
          `- [[Evidence/${stem}]]`,
          '  > Prices rose by a tenth.',
          `- [[${stem}#x]]`,
          '  > Prices fell by a tenth',
          '## Contradicts',
          `- [[${stem}]]`,
          '- [[Nowhere]]',
          '',
        ].join('\n'),
      );
      const first = take(workspace, folder);
      expect(first).toMatchObject({ claims: 1, links: 2, edited: 0 });
      expect(first.problems.map(({ sentence }) => sentence)).toEqual([
        expect.stringContaining('does not say these words'),
        expect.stringContaining('stand in 2 places'),
        expect.stringContaining('names no document'),
      ]);
      const { db } = workspace.replica;
      const claim = listRows(db, 'research_claims').find((row) => row.claim_text === 'Prices fell');
      expect(claim?.reasoning).toBe('I think so.');
      const links = listRows(db, 'claim_evidence').filter((row) => row.claim_id === claim?.id);
      expect(links.map(({ stance, quote }) => [stance, quote])).toEqual([
        ['supports', 'Prices fell by a tenth, said the paper'],
        ['contradicts', null],
      ]);
      const again = take(workspace, folder);
      expect(again).toMatchObject({ claims: 0, links: 0, edited: 0 });
      editRows(workspace.replica, {
        entity: 'research_claims',
        ids: [claim?.id ?? ''],
        values: { claim_text: 'Prices fell, a little' },
      });
      expect(take(workspace, folder)).toMatchObject({ claims: 0, links: 0, edited: 0 });
      expect(getRow(db, 'research_claims', claim?.id ?? '')?.claim_text).toBe('Prices fell, a little');
    });
  });

  test('takes an edited quote from the source again, or refuses it', () => {
    withWorkspace((workspace) => {
      const { session, claim, link } = make(workspace);
      const folder = written(workspace, session);
      const lie = edit(folder, claim, 'on Monday', 'on Sunday');
      expect(take(workspace, lie)).toMatchObject({ links: 0, problems: [{ path: pathOf(folder, claim) }] });
      const { db } = workspace.replica;
      expect(getRow(db, 'claim_evidence', link)).toMatchObject({ _deleted: false });
      const shorter = edit(folder, claim, 'Grain left the port on Monday.', 'Grain left the port');
      expect(take(workspace, shorter)).toMatchObject({ links: 1, problems: [] });
      expect(take(workspace, shorter)).toMatchObject(nothing);
      const live = listRows(db, 'claim_evidence').filter((row) => row.claim_id === claim);
      expect(live.map(({ quote, note }) => [quote, note])).toEqual([['Grain left the port', 'first hand']]);
    });
  });

  test('refuses notes of other sessions, of none, and two of one row', () => {
    withWorkspace((workspace) => {
      const one = make(workspace);
      const two = make(workspace);
      const folder = written(workspace, one.session);
      expect(() => take(workspace, new Map([...folder, ...written(workspace, two.session)]))).toThrow(
        'several sessions',
      );
      expect(() => take(workspace, new Map([['a.md', 'words']]))).toThrow('No note of an exported session');
      const copy = new Map(folder).set('Claims/copy.md', folder.get(pathOf(folder, one.claim)) ?? '');
      expect(take(workspace, copy).problems).toHaveLength(1);
      const foreign = edit(folder, one.claim, `id: "${one.claim}"`, `id: "${two.claim}"`);
      expect(take(workspace, foreign).problems).toHaveLength(1);
      moveRows(workspace.replica, 'remove', { entity: 'research_sessions', ids: [one.session] });
      expect(() => take(workspace, folder)).toThrow('not in this workspace, or is in the trash');
    });
  });
});
