import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { columnsOf, type EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { chooseModel } from '../../../db/replica/search-vectors.ts';
import { insertChunks } from '../../../db/replica/search-chunks.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { rowsOfSession, toJson } from '../../../main/export/session.ts';
import { highlightPdf } from '../../../main/export/annotations/highlight-pdf.ts';
import { writeAnnotations } from '../../../main/export/annotations/write.ts';
import { briefToPdf } from '../../../main/export/brief/pdf.ts';
import { writeExport } from '../../../main/export/write.ts';
import { nextThatMayLeave, questionMayLeave } from '../../../main/host/data/leaving-passages.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { factsOf } from '../../../main/outbound/facts.ts';
import { rulingOn } from '../../../main/outbound/rulings.ts';
import {
  decisions,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../../sync/core/privacy-settings.ts';
import { type CitationLibrary, loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { isReferenceFormat } from '../../../main/references/format.ts';
import { unescapeMarkdown } from '../../../main/export/obsidian/note-text.ts';
import { writeNotes } from '../../../main/export/obsidian/write.ts';
import { writeReferences } from '../../../main/export/references/write.ts';
import { sessionFormats } from '../../../preload/contract/exports.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { makePdf, readPdf } from '../../helpers/pdf.ts';
import { addPdf, capturePdf } from '../../helpers/pdf-evidence.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const seed = 20_261_121;
const decision = fc.constantFrom(...decisions);
const effect = fc.record({ export: decision, models_remote: decision }, { requiredKeys: [] });
const level = fc.constantFrom('public', 'partner', 'internal', 'restricted');

const policies: fc.Arbitrary<PrivacySettings> = fc
  .record({
    classes: fc.record({ open: effect, internal: effect, content: effect }, { requiredKeys: [] }),
    level_rules: fc.dictionary(level, effect),
    sources: fc.array(
      fc.record({
        match: fc.oneof(
          fc.record({ domain: fc.constantFrom('example.org', 'paper.example.org') }),
          fc.record({ tag: fc.constantFrom('secret', 'other') }),
          fc.record({ type: fc.constantFrom('uploaded_document', 'manual_entry') }),
        ),
        effect,
        locked: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  })
  .map((given) => privacySettingsSchema.parse(given));

/** Every form in which a value may stand in a buffer that leaves. */
function formsOf(canary: string): string[] {
  return [
    canary,
    JSON.stringify(canary).slice(1, -1),
    encodeURIComponent(canary),
    Buffer.from(canary).toString('base64'),
  ];
}

interface Planted {
  readonly session: Id;
  readonly evidence: Id;
  readonly pdf: Id;
  readonly canaries: readonly { entity: EntityName; column: string; id: Id; text: string }[];
}

/** Words that stand inside of a file only, and in what is quoted of it. */
const inFile = 'canary 900 “é” & xxxz900z';
const pdf = await capturePdf(await makePdf([inFile]));

/** A session whose every text that a person writes is a canary of its own. */
function plant(
  workspace: OpenWorkspace,
  sharing: { session: string; evidence: string | null; tag: boolean },
): Planted {
  const write = writerFunctions(workspace, () => undefined);
  let count = 0;
  const canary = (): string => `canary ${(count += 1)} “é” & ${'x'.repeat(3)}z${count}z`;
  const session = addSession(workspace, canary());
  const words = canary();
  const evidence = addReadable(workspace, session, canary(), words);
  const printed = addPdf(workspace, session, canary(), pdf);
  const edit = (entity: EntityName, id: Id, values: Record<string, string | string[]>): void => {
    write['edits.edit']({ entity, ids: [id], values });
  };
  edit('research_sessions', session, {
    research_question: canary(),
    notes: canary(),
    sharing_level: sharing.session,
  });
  for (const id of [evidence, printed.evidence]) {
    edit('evidence', id, {
      summary: canary(),
      author: canary(),
      source_url: 'https://paper.example.org/a',
      ...(sharing.evidence === null ? {} : { sharing_level: sharing.evidence }),
      ...(sharing.tag ? { tags: ['secret'] } : {}),
    });
  }
  const claim = write['edits.add']({
    entity: 'research_claims',
    values: { session_id: session, claim_text: canary() },
  }).id;
  edit('research_claims', claim, { reasoning: canary() });
  const link = write['claims.link']({
    claimId: claim,
    evidenceId: evidence,
    stance: 'supports',
    quote: words,
  });
  const place = { selectors: [{ type: 'TextPositionSelector', start: 0, end: words.length }] };
  const mark = write['edits.add']({
    entity: 'annotations',
    values: { evidence_id: evidence, anchor: place, body: canary() },
  }).id;
  write['references.fromEvidence']({ evidenceIds: [evidence] });
  const inPdf = { selectors: [{ type: 'TextPositionSelector', start: 0, end: inFile.length }] };
  const highlight = write['edits.add']({
    entity: 'annotations',
    values: { evidence_id: printed.evidence, anchor: inPdf, body: canary() },
  }).id;
  const rows: [EntityName, Id][] = [
    ['evidence', printed.evidence],
    ['annotations', highlight],
    ['research_sessions', session],
    ['evidence', evidence],
    ['research_claims', claim],
    ['claim_evidence', link.linkId],
    ['annotations', mark],
  ];
  const canaries = rows.flatMap(([entity, id]) =>
    columnsOf(entity).flatMap(([column]) => {
      const value = (getRow(workspace.replica.db, entity, id) as Record<string, unknown> | undefined)?.[
        column
      ];
      return typeof value === 'string' && value.startsWith('canary')
        ? [{ entity, column, id, text: value }]
        : [];
    }),
  );
  const file = { entity: 'artifacts' as const, column: 'content_hash', id: printed.artifact, text: inFile };
  return { session, evidence, pdf: printed.evidence, canaries: [...canaries, file] };
}

/** Canaries that no rule lets out by any column that holds them. */
function forbidden(workspace: OpenWorkspace, { canaries }: Planted, policy: PrivacySettings): string[] {
  const { db } = workspace.replica;
  const allowed = new Set(
    canaries
      .filter(({ entity, column, id }) => {
        const row = { ...getRow(db, entity, id) };
        return rulingOn(policy, entity, column, factsOf(db, entity, row), 'export').decision === 'allow';
      })
      .map(({ text }) => text),
  );
  return [...new Set(canaries.map(({ text }) => text))].filter((text) => !allowed.has(text));
}

function leaks(buffer: string, texts: readonly string[]): string[] {
  const searched = dense(buffer);
  return texts.filter((text) => formsOf(text).some((form) => searched.includes(dense(form))));
}

/** Every file that can leave, as a reader would see all of it: its name and its words, those inside of a PDF too. */
function filesOf(
  workspace: OpenWorkspace,
  { session, evidence, pdf: printed }: Planted,
  policy: PrivacySettings,
  withPdf: boolean,
): (() => Promise<string>)[] {
  const { replica, blobs } = workspace;
  const sessions = sessionFormats
    .filter((format) => withPdf || format !== 'pdf')
    .map((format) => {
      if (format === 'obsidian') {
        const { name, files } = writeNotes(replica.db, { sessionId: session, policy });
        return { name, content: { text: files.map(({ path, text }) => `${path} ${plain(text)}`).join(' ') } };
      }
      if (!isReferenceFormat(format)) {
        return writeExport(replica.db, { sessionId: session, format, policy, at });
      }
      const { name, text } = writeReferences(replica.db, library, { sessionId: session, format, policy });
      // What a format cannot say travels encoded: a reader of the file can read that too.
      const carried = (text.match(/[\w-]{20,}/g) ?? []).map((word) => Buffer.from(word, 'base64url'));
      return { name, content: { text: text + carried.join('') } };
    });
  const marks = (['jsonld', 'md'] as const).map((format) =>
    writeAnnotations(replica.db, blobs, { evidenceId: evidence, format, policy }),
  );
  return [
    ...annotatedPdf(workspace, printed, policy),
    ...[...sessions, ...marks].map(({ name, content }) => async () => {
      if ('text' in content) return name + content.text;
      if (!('brief' in content)) throw new Error('it is no brief');
      const { bytes } = await briefToPdf(content.brief);
      const pages = await readPdf(bytes);
      return name + pages.map(({ text }) => text).join(' ') + Buffer.from(bytes).toString('latin1');
    }),
  ];
}

/** A PDF with its marks, or nothing where a rule keeps the file. */
function annotatedPdf(
  { replica, blobs }: OpenWorkspace,
  evidenceId: Id,
  policy: PrivacySettings,
): (() => Promise<string>)[] {
  try {
    const { name, content } = writeAnnotations(replica.db, blobs, { evidenceId, format: 'pdf', policy });
    if (!('file' in content)) throw new Error('it is no PDF');
    return [
      async () => {
        const bytes = await highlightPdf(content.file, content.marks);
        const pages = await readPdf(bytes);
        const said = pages.flatMap(({ text, annotations }) => [
          text,
          ...annotations.map((each) => each.contents + each.author),
        ]);
        return name + said.join(' ') + Buffer.from(bytes).toString('latin1');
      },
    ];
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'withheld') return [];
    throw error;
  }
}

/** Markdown without its escapes. */
function plain(text: string): string {
  return `${text} ${unescapeMarkdown(text)}`;
}

/** A text without its white space: lines of a PDF break where they will. */
function dense(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}

let library: CitationLibrary;
beforeAll(async () => {
  library = await loadCitationLibrary();
});

const sharings = fc.record({ session: level, evidence: fc.option(level), tag: fc.boolean() });
const at = '2026-01-01T00:00:00.000Z';

describe('what leaves by an export', () => {
  test('holds no byte of a value that a policy keeps, in the file and in its name', async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        sharings,
        fc.array(policies, { minLength: 4, maxLength: 4 }),
        async (sharing, tried) => {
          const leaving = withWorkspace((workspace) => {
            const planted = plant(workspace, sharing);
            expect(planted.canaries.length).toBeGreaterThan(8);
            return tried.map((policy, index) => ({
              secret: forbidden(workspace, planted, policy),
              // Setting a PDF takes longer than all else: one of each four policies.
              files: filesOf(workspace, planted, policy, index === 0),
            }));
          });
          for (const { secret, files } of leaving) {
            kept += secret.length;
            expect(files.length).toBeGreaterThan(3);
            for (const file of files) expect(leaks(await file(), secret)).toEqual([]);
          }
        },
      ),
      { seed, numRuns: 25 },
    );
    expect(kept).toBeGreaterThan(100);
  });

  test('the scan notices an export that skips the filter', () => {
    withWorkspace((workspace) => {
      const planted = plant(workspace, { session: 'restricted', evidence: null, tag: false });
      const policy = privacySettingsSchema.parse({ classes: { internal: { export: 'withhold' } } });
      const secret = forbidden(workspace, planted, policy);
      const exported = rowsOfSession(workspace.replica.db, planted.session);
      expect(
        leaks(
          toJson(workspace.replica.db, exported, (_entity, _column, value) => value, at),
          secret,
        ).length,
      ).toBeGreaterThan(3);
    });
  });

  test('the scan notices words inside of a PDF', async () => {
    const { secret, annotated, brief } = withWorkspace((workspace) => {
      const planted = plant(workspace, { session: 'restricted', evidence: null, tag: false });
      const tight = privacySettingsSchema.parse({ classes: { internal: { export: 'withhold' } } });
      const open = privacySettingsSchema.parse({});
      const [annotated, , brief] = filesOf(workspace, planted, open, true);
      return { secret: forbidden(workspace, planted, tight), annotated, brief };
    });
    expect(leaks((await brief?.()) ?? '', secret).length).toBeGreaterThan(3);
    const inside = await annotated?.();
    expect(inside).toContain(inFile);
    expect(leaks(inside ?? '', secret).length).toBe(1);
  });

  test('a tightened policy lets nothing more through', () => {
    fc.assert(
      fc.property(policies, level, (policy, strict) => {
        withWorkspace((workspace) => {
          const planted = plant(workspace, { session: strict, evidence: null, tag: true });
          const tight = {
            ...policy,
            level_rules: { ...policy.level_rules, [strict]: { export: 'withhold' as const } },
          };
          const request = { sessionId: planted.session, format: 'json' as const, at };
          const loose = writeExport(workspace.replica.db, { ...request, policy }).tally.allowed;
          expect(
            writeExport(workspace.replica.db, { ...request, policy: tight }).tally.allowed,
          ).toBeLessThanOrEqual(loose);
        });
      }),
      { seed, numRuns: 10 },
    );
  });
});

describe('passages for an embedding endpoint', () => {
  test('are only those of documents that every rule lets go', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const session = addSession(workspace);
      const write = writerFunctions(workspace, () => undefined);
      const texts = ['open words', 'restricted words', 'tagged words'];
      const ids = texts.map((text) => addReadable(workspace, session, text, text));
      write['edits.edit']({
        entity: 'evidence',
        ids: [ids[1] as Id],
        values: { sharing_level: 'restricted' },
      });
      write['edits.edit']({ entity: 'evidence', ids: [ids[2] as Id], values: { tags: ['secret'] } });
      const model = chooseModel(replica.db.sqlite, { name: 'm', version: 'v', dimensions: 2 });
      for (const [at, id] of ids.entries()) {
        insertChunks(replica.db.sqlite, {
          evidence: idToBlob(id),
          session: idToBlob(session),
          extraction: null,
          title: '',
          chunks: [{ start: 0, end: 5, page: null, text: texts[at] ?? '' }],
        });
      }
      const policy = privacySettingsSchema.parse({
        classes: { content: { models_remote: 'allow' } },
        level_rules: { restricted: { models_remote: 'withhold' } },
        sources: [{ match: { tag: 'secret' }, effect: { models_remote: 'keep_local' }, locked: true }],
      });
      const remote = { endpoint: 'https://models.example/v1', policy };
      expect(nextThatMayLeave(replica.db, model, 10, remote).map(({ text }) => text)).toEqual(['open words']);
      const own = { endpoint: 'http://127.0.0.1:8080/v1', policy };
      chooseModel(replica.db.sqlite, { name: 'm', version: 'v', dimensions: 2 });
      expect(nextThatMayLeave(replica.db, model, 10, own)).toHaveLength(3);
    });
  });

  test('do not include the question of a session that a rule keeps', () => {
    withWorkspace((workspace) => {
      const { db } = workspace.replica;
      const sessionId = addSession(workspace, 'secret question');
      const policy = privacySettingsSchema.parse({
        classes: { content: { models_remote: 'allow' } },
        level_rules: { restricted: { models_remote: 'withhold' } },
      });
      const remote = { endpoint: 'https://models.example/v1', policy, sessionId };
      expect(questionMayLeave(db, remote)).toBe(true);
      writerFunctions(workspace, () => undefined)['edits.edit']({
        entity: 'research_sessions',
        ids: [sessionId],
        values: { sharing_level: 'restricted' },
      });
      expect(questionMayLeave(db, remote)).toBe(false);
    });
  });
});
