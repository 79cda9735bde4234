import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { pageFragment, selectorOf, tableFragment } from '../../../main/export/annotations/fragments.ts';
import { writeAnnotations } from '../../../main/export/annotations/write.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import type { AnnotationFormat } from '../../../preload/contract/exports.ts';
import { defaultPrivacySettings, privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { highlightPdf } from '../../../main/export/annotations/highlight-pdf.ts';
import { makePdf, readPdf } from '../../helpers/pdf.ts';
import { addPdf, capturePdf } from '../../helpers/pdf-evidence.ts';
import { addReadable, readAgain } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const text = 'Membranes foul in summer. Scraping helps. Scraping helps. It does *not* end it.';

function prepare(workspace: OpenWorkspace) {
  const session = addSession(workspace);
  const evidence = addReadable(workspace, session, 'Lab report', text);
  const write = writerFunctions(workspace, () => undefined);
  const at = (start: number, end: number) => ({ selectors: [{ type: 'TextPositionSelector', start, end }] });
  const note = write['edits.add']({
    entity: 'annotations',
    values: {
      evidence_id: evidence,
      anchor: at(0, 25),
      body: 'Which summer?',
      tags: ['season'],
      colour: 'question',
    },
  }).id;
  write['edits.add']({
    entity: 'annotations',
    values: { evidence_id: evidence, reply_to: note, body: 'The last one.' },
  });
  // The second of two equal sentences: only its place tells it from the first.
  write['edits.add']({ entity: 'annotations', values: { evidence_id: evidence, anchor: at(42, 57) } });
  const claim = write['edits.add']({
    entity: 'research_claims',
    values: { session_id: session, claim_text: 'Scraping is no cure' },
  }).id;
  write['claims.link']({
    claimId: claim,
    evidenceId: evidence,
    stance: 'supports',
    quote: 'It does *not* end it.',
    note: 'Plainly said.',
  });
  return { session, evidence, claim, note, write };
}

function exported(workspace: OpenWorkspace, evidenceId: Id, format: AnnotationFormat = 'jsonld'): string {
  const { db } = workspace.replica;
  const { content } = writeAnnotations(db, workspace.blobs, {
    evidenceId,
    format,
    policy: defaultPrivacySettings,
  });
  if (!('text' in content)) throw new Error('it is no text');
  return content.text;
}

interface Collection {
  readonly total: number;
  readonly first: { readonly items: readonly Record<string, unknown>[] };
}

/** Everything in the file but who wrote it when. */
function stateOf(workspace: OpenWorkspace): string {
  const { db } = workspace.replica;
  const rows = (['annotations', 'claim_evidence', 'set_elements', 'text_updates'] as const).map((entity) =>
    listRows(db, entity),
  );
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

describe('annotations as JSON-LD', () => {
  test('follow the W3C model, with ids of our own', () => {
    withWorkspace((workspace) => {
      const { evidence, note, claim } = prepare(workspace);
      const { total, first } = JSON.parse(exported(workspace, evidence)) as Collection;
      expect(total).toBe(4);
      expect(first.items[0]).toMatchObject({
        id: `stratmaster://annotation/${note}`,
        type: 'Annotation',
        motivation: 'commenting',
        creator: { name: 'Ada' },
        body: [
          { type: 'TextualBody', purpose: 'commenting', value: 'Which summer?' },
          { type: 'TextualBody', purpose: 'tagging', value: 'season' },
        ],
        target: {
          source: `stratmaster://evidence/${evidence}`,
          selector: [
            { type: 'TextQuoteSelector', exact: 'Membranes foul in summer.' },
            { type: 'TextPositionSelector', start: 0, end: 25 },
          ],
        },
      });
      expect(first.items[2]).toMatchObject({
        motivation: 'linking',
        body: [
          { purpose: 'describing', value: 'Plainly said.' },
          { purpose: 'linking', source: `stratmaster://claim/${claim}`, value: 'Scraping is no cure' },
        ],
      });
      const reply = first.items.find((item) => item['motivation'] === 'replying');
      expect(reply).toMatchObject({ target: `stratmaster://annotation/${note}` });
    });
  });

  test('read back change nothing, twice in a row, and undo has nothing to take back', () => {
    withWorkspace((workspace) => {
      const { evidence, write } = prepare(workspace);
      const file = exported(workspace, evidence);
      const before = stateOf(workspace);
      for (const _time of [1, 2]) {
        expect(write['import.annotations']({ text: file })).toMatchObject({ added: 0, known: 4, left: 0 });
        expect(stateOf(workspace)).toBe(before);
        expect(exported(workspace, evidence)).toBe(file);
      }
      expect(write['edits.undo']().command).toBe('link.research_claims');
    });
  });

  test('are added where they are not, each at its own place, in one step for undo', () => {
    withWorkspace((workspace) => {
      const { evidence, write } = prepare(workspace);
      const file = exported(workspace, evidence);
      // The same marks under other ids are not here yet.
      const renamed = file.replaceAll(/(annotation|quote)\/[0-9a-f]{4}/g, '$1/ffff');
      expect(write['import.annotations']({ text: renamed })).toMatchObject({ added: 4, known: 0, left: 0 });
      const { first } = JSON.parse(exported(workspace, evidence)) as Collection;
      const of = (mine: boolean) =>
        first.items
          .filter(({ id }) => String(id).includes('/ffff') !== mine)
          .map(({ id: _id, creator: _creator, ...item }) =>
            JSON.stringify(item).replaceAll('/ffff', '/0000'),
          );
      const originals = of(true).map((item) =>
        item.replaceAll(/annotation\/[0-9a-f]{4}/g, 'annotation/0000'),
      );
      expect(of(false)).toEqual(originals);
      write['edits.undo']();
      expect(exported(workspace, evidence)).toBe(file);
    });
  });

  test('of another program get the same id each time', () => {
    withWorkspace((workspace) => {
      const { session, write } = prepare(workspace);
      const evidence = addReadable(workspace, session, 'Other', text);
      const file = JSON.stringify({
        '@context': 'http://www.w3.org/ns/anno.jsonld',
        type: 'AnnotationCollection',
        first: {
          items: [
            {
              id: 'https://example.org/anno/1',
              type: 'Annotation',
              body: [{ type: 'TextualBody', value: 'From elsewhere' }],
              target: {
                source: 'https://example.org/report',
                selector: [{ type: 'TextQuoteSelector', exact: 'Membranes foul in summer.' }],
              },
            },
          ],
        },
      });
      expect(write['import.annotations']({ text: file, evidenceId: evidence })).toMatchObject({ added: 1 });
      expect(write['import.annotations']({ text: file, evidenceId: evidence })).toMatchObject({ known: 1 });
      const { first } = JSON.parse(exported(workspace, evidence)) as Collection;
      expect(first.items[0]).toMatchObject({ body: [{ value: 'From elsewhere' }] });
      expect(JSON.stringify(first.items[0])).toContain('"start":0,"end":25');
    });
  });

  test('whose words the document does not say are kept as orphans; those without a document are left out', () => {
    withWorkspace((workspace) => {
      const { evidence, write } = prepare(workspace);
      const file = exported(workspace, evidence).replaceAll(
        'Membranes foul in summer.',
        'Membranes never foul.',
      );
      const forged = file.replaceAll(/annotation\/[0-9a-f]{8}/g, 'annotation/00000000');
      expect(write['import.annotations']({ text: forged })).toMatchObject({ added: 3, known: 1 });
      const rows = listRows(workspace.replica.db, 'annotations').filter(({ quote }) =>
        quote?.includes('never'),
      );
      expect(rows.map(({ anchor_state }) => anchor_state)).toEqual(['orphan']);
      const lost = forged.replaceAll(evidence, '00000000-0000-4000-8000-000000000000');
      expect(write['import.annotations']({ text: lost })).toMatchObject({ added: 0, left: 0, known: 4 });
    });
  });

  test('a file that is none is refused, and nothing is changed', () => {
    withWorkspace((workspace) => {
      const { write } = prepare(workspace);
      for (const bad of ['', '{}', '[1]', '{"type":"AnnotationCollection","first":{"items":[{"id":1}]}}']) {
        expect(() => write['import.annotations']({ text: bad })).toThrow('Nothing was changed.');
      }
    });
  });
});

describe('places in fragments', () => {
  const share = fc.integer({ min: 0, max: 100_000 }).map((value) => value / 100_000);
  const rectangle = fc.record({ x: share, y: share, width: share, height: share });

  test('pages and rectangles are read as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.array(rectangle), (page, rectangles) => {
        const selector = { type: 'PageSelector' as const, page, rectangles };
        expect(selectorOf(pageFragment(selector))).toEqual(selector);
      }),
      { seed: 5 },
    );
  });

  test('ranges of a table are read as they were written', () => {
    const count = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(count, count, count, count, count, (table, firstRow, rows, firstColumn, columns) => {
        const [lastRow, lastColumn] = [firstRow + rows, firstColumn + columns];
        const selector = {
          type: 'TableSelector' as const,
          table,
          firstRow,
          lastRow,
          firstColumn,
          lastColumn,
        };
        expect(selectorOf(tableFragment(selector))).toEqual(selector);
      }),
      { seed: 6 },
    );
  });

  test('what is no place is none', () => {
    for (const value of ['', 'page=0', 'nameddest=x', 'cell=1-2']) {
      expect(selectorOf({ type: 'FragmentSelector', value })).toBeNull();
    }
  });
});

describe('annotations as Markdown', () => {
  test('stand by section, quotes as block quotes, nothing in them read as markup', () => {
    withWorkspace((workspace) => {
      const { evidence } = prepare(workspace);
      const markdown = exported(workspace, evidence, 'md');
      expect(markdown).toContain('> Membranes foul in summer.\n\nQuestion · Ada · ');
      expect(markdown).toContain('\n\nWhich summer?\n\n#season\n\n- Ada: The last one.');
      expect(markdown).toContain('> It does \\*not\\* end it.');
      expect(markdown).toContain('Supports: Scraping is no cure');
    });
  });

  test('tell of a mark that lost its words without repeating them', () => {
    withWorkspace((workspace) => {
      const { evidence } = prepare(workspace);
      readAgain(workspace, evidence, 'Another text altogether.', '2');
      const markdown = exported(workspace, evidence, 'md');
      expect(markdown).toContain('## No longer found in the document');
      expect(markdown).not.toContain('foul in summer');
    });
  });
});

describe('annotations in a PDF', () => {
  const withPdf = async <T>(body: (workspace: OpenWorkspace, evidence: Id, session: Id) => T): Promise<T> => {
    const pdf = await capturePdf(await makePdf(['Write to ada@example.org.', 'Membranes last a season.']));
    return withWorkspace((workspace) => {
      const session = addSession(workspace);
      const { evidence } = addPdf(workspace, session, 'Filing', pdf);
      return body(workspace, evidence, session);
    });
  };
  const annotate = (workspace: OpenWorkspace, evidenceId: Id, policy: unknown = {}) =>
    writeAnnotations(workspace.replica.db, workspace.blobs, {
      evidenceId,
      format: 'pdf',
      policy: privacySettingsSchema.parse(policy),
    });

  test('lie on the words that were marked; what has no place on a page is counted', async () => {
    const { content, left } = await withPdf((workspace, evidence) => {
      const write = writerFunctions(workspace, () => undefined);
      write['edits.add']({
        entity: 'annotations',
        values: { evidence_id: evidence, quote: 'last a season', body: 'Which?', colour: 'question' },
      });
      write['edits.add']({ entity: 'annotations', values: { evidence_id: evidence, body: 'On all of it' } });
      return annotate(workspace, evidence);
    });
    expect(left).toBe(1);
    if (!('file' in content)) throw new Error('it is no PDF');
    const [first, second] = await readPdf(await highlightPdf(content.file, content.marks));
    expect(first?.annotations).toEqual([]);
    expect(second?.annotations[0]).toMatchObject({ subtype: 'Highlight', contents: 'Which?', author: 'Ada' });
    const [x = 0, y = 0, right = 0, top = 0] = second?.annotations[0]?.rect ?? [];
    // The line is set in Helvetica of 12 points from 72, 700 on; the quote begins after some ten letters.
    expect(x).toBeGreaterThan(110);
    expect(right).toBeLessThan(215);
    expect(y).toBeGreaterThan(690);
    expect(top).toBeLessThan(716);
  });

  test('that moved with their words are drawn where these stand now; lost ones are not drawn', async () => {
    const again = await capturePdf(await makePdf(['', 'Here, membranes last a season.']));
    const { content, orphans } = await withPdf((workspace, evidence, session) => {
      const write = writerFunctions(workspace, () => undefined);
      const mark = (quote: string) =>
        write['edits.add']({ entity: 'annotations', values: { evidence_id: evidence, quote } });
      mark('last a season');
      mark('Write to ada@example.org.');
      const other = addPdf(workspace, session, 'Again', again);
      const { db } = workspace.replica;
      const { artifact_id, extraction_id } = getRow(db, 'evidence', other.evidence) ?? {};
      write['edits.edit']({
        entity: 'evidence',
        ids: [evidence],
        values: { artifact_id: artifact_id ?? null, extraction_id: extraction_id ?? null },
      });
      return annotate(workspace, evidence);
    });
    expect(orphans).toBe(1);
    if (!('file' in content)) throw new Error('it is no PDF');
    const pages = await readPdf(await highlightPdf(content.file, content.marks));
    expect(pages.map(({ annotations }) => annotations.length)).toEqual([0, 1]);
    // “Here, ” stands before it now: the mark begins further to the right than it did.
    expect(pages[1]?.annotations[0]?.rect[0]).toBeGreaterThan(150);
  });

  test('are refused where a rule keeps the file, and say which', async () => {
    await withPdf((workspace, evidence) => {
      const kept = { classes: { content: { export: 'withhold' } } };
      expect(() => annotate(workspace, evidence, kept)).toThrow('(classes.content.export)');
      // Words inside of a file cannot be taken out of it.
      expect(() => annotate(workspace, evidence, { redaction: { detectors: ['email'] } })).toThrow(
        '(redaction)',
      );
      expect(
        annotate(workspace, evidence, { redaction: { detectors: ['iban'] } }).tally.allowed,
      ).toBeGreaterThan(0);
      const names = { redaction: { detectors: ['person_names'] } };
      expect(() => annotate(workspace, evidence, names)).toThrow('(redaction.person_names)');
    });
  });

  test('a look beforehand decides the same and reads no file', async () => {
    await withPdf((workspace, evidence) => {
      const { tally, name } = annotate(workspace, evidence);
      const seen = writeAnnotations(workspace.replica.db, workspace.blobs, {
        evidenceId: evidence,
        format: 'pdf',
        policy: defaultPrivacySettings,
        isPreview: true,
      });
      expect(seen).toMatchObject({ tally, name, content: { file: new Uint8Array(0) } });
    });
  });

  test('are refused for what is no PDF', () => {
    withWorkspace((workspace) => {
      expect(() => annotate(workspace, prepare(workspace).evidence)).toThrow('no PDF');
    });
  });
});
