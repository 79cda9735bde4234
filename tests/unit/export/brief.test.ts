import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { simpleGlyph } from '../../../main/export/brief/embed-font.ts';
import type { Brief } from '../../../main/export/brief/brief.ts';
import { buildBrief, remarksOn } from '../../../main/export/brief/build.ts';
import { briefToMarkdown } from '../../../main/export/brief/markdown.ts';
import { briefToPdf } from '../../../main/export/brief/pdf.ts';
import { exportFilter } from '../../../main/outbound/export-filter.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { readPdf } from '../../helpers/pdf.ts';
import { addReadable, readAgain } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const report = 'Membranes foul in summer. Scraping helps for a week. It does not end it.';
const interview = 'We scraped each Monday. By Friday it was back.';

function prepare(workspace: OpenWorkspace) {
  const session = addSession(workspace, 'Tidal membranes');
  const lab = addReadable(workspace, session, 'Lab report', report);
  const talk = addReadable(workspace, session, 'Interview', interview);
  const unread = addReadable(workspace, session, 'Never cited', 'Nothing.');
  const write = writerFunctions(workspace, () => undefined);
  const claim = (claim_text: string): Id =>
    write['edits.add']({ entity: 'research_claims', values: { session_id: session, claim_text } }).id;
  const first = claim('Scraping is no cure');
  const second = claim('Summers are *hard* on membranes');
  write['edits.edit']({
    entity: 'research_claims',
    ids: [first],
    values: {
      final_verdict: 'approved',
      confidence: 0.8,
      reasoning: 'Two sources.\n\nBoth plain.',
      tags: ['cure'],
    },
  });
  const link = (claimId: Id, evidenceId: Id, stance: 'supports' | 'contradicts', quote?: string) =>
    write['claims.link']({ claimId, evidenceId, stance, ...(quote === undefined ? {} : { quote }) });
  link(first, talk, 'supports', 'By Friday it was back.');
  link(first, lab, 'contradicts', 'Scraping helps for a week.');
  link(first, lab, 'supports', 'It does not end it.');
  link(second, lab, 'supports');
  return { session, lab, talk, unread, first, second, write };
}

function briefOf({ replica }: OpenWorkspace, session: Id, policy: unknown = {}): Brief {
  const { filter } = exportFilter(replica.db, privacySettingsSchema.parse(policy));
  return buildBrief(replica.db, session, filter, '2026-01-02T03:04:05.000Z');
}

describe('a brief', () => {
  test('numbers its citations in the order of the text, and lists what is not cited after them', () => {
    withWorkspace((workspace) => {
      const { session } = prepare(workspace);
      const { claims, sources } = briefOf(workspace, session);
      expect(claims[0]?.quotes.map(({ stance, citation, words }) => [stance, citation, words])).toEqual([
        ['supports', 1, 'By Friday it was back.'],
        ['supports', 2, 'It does not end it.'],
        ['contradicts', 2, 'Scraping helps for a week.'],
      ]);
      expect(sources.map(({ number, title, cited }) => [number, title, cited])).toEqual([
        [1, 'Interview', true],
        [2, 'Lab report', true],
        [3, 'Never cited', false],
      ]);
      expect(claims[0]).toMatchObject({
        verdict: 'approved',
        confidence: '0.8',
        standing: '2 sources, 1 against',
      });
      expect(claims[1]?.quotes[0]).toMatchObject({ state: 'whole', words: null });
    });
  });

  test('as Markdown has question, findings, quotes as block quotes and numbered sources', () => {
    withWorkspace((workspace) => {
      const { session } = prepare(workspace);
      const markdown = briefToMarkdown(briefOf(workspace, session));
      expect(markdown).toContain('**Question.** Tidal membranes?');
      expect(markdown).toContain('### 1. Scraping is no cure\n\n*Verdict: approved · Confidence: 0.8');
      expect(markdown).toContain('Two sources.\n\nBoth plain.');
      expect(markdown).toContain('**Supported by**\n\n> “By Friday it was back.”\n> [1]\n');
      expect(markdown).toContain('**Contradicted by**\n\n> “Scraping helps for a week.”\n> [2]\n');
      expect(markdown).toContain('### 2. Summers are \\*hard\\* on membranes');
      expect(markdown).toContain('The whole document [2]');
      expect(markdown).toMatch(
        /\n1\. Interview\. .*\n2\. Lab report\. .*\n3\. Never cited\. Not cited above\. /,
      );
    });
  });

  test('never prints a quote that its source does not say at that moment', () => {
    withWorkspace((workspace) => {
      const { session, lab } = prepare(workspace);
      readAgain(workspace, lab, 'Membranes foul in summer. Scraping helps\nfor a week. It ends it.', '2');
      const brief = briefOf(workspace, session);
      const markdown = briefToMarkdown(brief);
      expect(markdown).not.toContain('It does not end it');
      expect(markdown).toContain('A passage that is no longer found in the source [2]');
      // Other white space is no other wording.
      expect(markdown).toContain('“Scraping helps for a week.”');
      expect(remarksOn(brief)).toEqual(['1 quote is no longer found in the source, and not printed.']);
    });
  });

  test('does not believe a row that cites what nobody said, whatever its stored place is', () => {
    withWorkspace((workspace) => {
      const { session, lab, first } = prepare(workspace);
      transact(workspace.replica, { command: 'x' }, (tx) =>
        insertRow(tx, 'claim_evidence', {
          claim_id: first,
          evidence_id: lab,
          stance: 'supports',
          quote_kind: 'text',
          quote: 'Scraping is a miracle.',
          anchor: {
            selectors: [
              { type: 'TextQuoteSelector', exact: 'Scraping helps for a week.' },
              { type: 'TextPositionSelector', start: 26, end: 52 },
            ],
          },
        }),
      );
      expect(briefToMarkdown(briefOf(workspace, session))).not.toContain('miracle');
    });
  });

  test('marks retracted sources wherever they are cited', () => {
    withWorkspace((workspace) => {
      const { session, lab, write } = prepare(workspace);
      write['edits.edit']({
        entity: 'evidence',
        ids: [lab],
        values: { retracted_at: '2026-01-01T00:00:00.000Z', retraction_reason: 'Made up' },
      });
      const brief = briefOf(workspace, session);
      const markdown = briefToMarkdown(brief);
      expect(markdown).toContain('> [2], retracted');
      expect(markdown).toContain('**Retracted: Made up.**');
      expect(remarksOn(brief)).toEqual(['1 cited source was retracted, and marked so.']);
    });
  });

  test('says that words are kept back, and cites nothing of them', () => {
    withWorkspace((workspace) => {
      const { session } = prepare(workspace);
      const kept = briefOf(workspace, session, { classes: { content: { export: 'withhold' } } });
      const markdown = briefToMarkdown(kept);
      expect(markdown).toContain('A passage that the privacy settings keep back [1]');
      expect(markdown).not.toContain('Friday');
      expect(markdown).not.toContain('Lab report');
    });
  });

  test('of evidence in the trash says nothing', () => {
    withWorkspace((workspace) => {
      const { session, talk, write } = prepare(workspace);
      write['edits.remove']({ entity: 'evidence', ids: [talk] });
      const markdown = briefToMarkdown(briefOf(workspace, session));
      expect(markdown).not.toContain('Friday');
      expect(markdown).not.toContain('Interview');
    });
  });
});

describe('a brief as PDF', () => {
  test('says what the Markdown says, with citations that lead to their source', async () => {
    const brief = withWorkspace((workspace) => briefOf(workspace, prepare(workspace).session));
    const { bytes, missing } = await briefToPdf(brief);
    expect(missing).toBe(0);
    const pages = await readPdf(bytes);
    const text = pages.map((page) => page.text).join(' ');
    for (const part of [
      'Tidal membranes?',
      '1. Scraping is no cure',
      'Verdict: approved · Confidence: 0.8',
      '“By Friday it was back.”',
      '“Scraping helps for a week.”',
      '2. Lab report.',
      'page 1 of 1',
    ]) {
      expect(text).toContain(part);
    }
    expect(pages[0]?.annotations.filter(({ subtype }) => subtype === 'Link').length).toBeGreaterThan(3);
  });

  test('keeps every script that its fonts have, and counts what they have not', async () => {
    const brief: Brief = {
      title: 'Škoda: “être” ﬁ Ω κόσμος Привет 0.8; a:b',
      label: 'S-1',
      address: 'stratmaster://session/x',
      question: '漢字 and 🙂',
      at: '2026-01-02T03:04:05.000Z',
      claims: [],
      sources: [],
    };
    const { bytes, missing } = await briefToPdf(brief);
    expect(missing).toBe(3);
    const text = (await readPdf(bytes)).map((page) => page.text).join(' ');
    expect(text.normalize('NFKC')).toContain('Škoda: “être” fi Ω κόσμος Привет 0.8; a:b');
  });

  test('is set for any words, and none is lost on the way', async () => {
    const word = fc.stringMatching(/^[A-Za-z0-9.,:;äéñ“”—-]{1,18}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 120 }).map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(words, words, async (title, question) => {
        const { bytes } = await briefToPdf({
          title,
          label: 'S-1',
          address: 'stratmaster://session/x',
          question,
          at: '2026-01-02T03:04:05.000Z',
          claims: [],
          sources: [],
        });
        const read = (await readPdf(bytes)).map((page) => page.text).join('');
        const dense = (text: string): string =>
          text.normalize('NFKC').replaceAll(/\s+|S-1·page\d+of\d+/gu, '');
        expect(dense(dense(read))).toContain(dense(title));
        expect(dense(dense(read))).toContain(dense(question));
      }),
      { seed: 8, numRuns: 15 },
    );
  });

  test('a glyph is written as OpenType has it', () => {
    const square = [
      { command: 'moveTo', args: [0, 0] },
      { command: 'lineTo', args: [100, 0] },
      { command: 'quadraticCurveTo', args: [120, 50, 100, 100] },
      { command: 'lineTo', args: [0, 100] },
      { command: 'closePath', args: [] },
    ];
    const { bytes, left } = simpleGlyph(square);
    const view = new DataView(bytes.buffer);
    expect(left).toBe(0);
    expect([0, 2, 4, 6, 8, 10, 12].map((at) => view.getInt16(at))).toEqual([1, 0, 0, 120, 100, 4, 0]);
    expect(Array.from(bytes.subarray(14, 19))).toEqual([1, 1, 0, 1, 1]);
    expect([0, 1, 2, 3, 4].map((at) => view.getInt16(19 + at * 2))).toEqual([0, 100, 20, -20, -100]);
    expect(simpleGlyph([]).bytes).toHaveLength(0);
  });
});
