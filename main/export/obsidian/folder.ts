import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { claimsOf, type ClaimRow } from '../../argument/claims.ts';
import type { ExportFilter } from '../../outbound/export-filter.ts';
import { addressOf } from '../addresses.ts';
import { type Say, sayThrough } from '../say.ts';
import { labelsOf, stemOf } from './names.ts';
import {
  block,
  collapsed,
  digestOfText,
  digestsOfTags,
  frontMatter,
  quoteLines,
  wikiLink,
} from './note-text.ts';

/** A file of the folder: its path with `/`, and its words. */
export interface NoteFile {
  readonly path: string;
  readonly text: string;
}

/** Where claims and documents stand in the folder. */
export const noteFolders = { claims: 'Claims', evidence: 'Evidence' } as const;

interface Folder {
  readonly db: ReadableDb;
  readonly filter: ExportFilter;
  readonly say: Say;
  readonly session: Row<'research_sessions'>;
  readonly claims: readonly ClaimRow[];
  readonly evidence: readonly Row<'evidence'>[];
  /** What a note is called, and what a link to it shows, by the id of its row. */
  readonly names: ReadonlyMap<Id, { readonly stem: string; readonly title: string; readonly label: string }>;
}

/**
 * A session as a folder of notes: one for each claim and each document, and an index. What is said of each value is what the filter
 * lets through; `exported` holds digests of what was said, by which an import tells what was edited. Throws `not-found`.
 */
export function notesOf(db: ReadableDb, sessionId: Id, filter: ExportFilter): NoteFile[] {
  const folder = openFolder(db, sessionId, filter);
  const pathOf = (id: Id, place: string): string => `${place}${folder.names.get(id)?.stem ?? id}.md`;
  return [
    { path: pathOf(sessionId, ''), text: indexNote(folder) },
    ...folder.claims.map((claim) => ({
      path: pathOf(claim.id, `${noteFolders.claims}/`),
      text: claimNote(folder, claim),
    })),
    ...folder.evidence.map((source) => ({
      path: pathOf(source.id, `${noteFolders.evidence}/`),
      text: evidenceNote(folder, source),
    })),
  ];
}

function openFolder(db: ReadableDb, sessionId: Id, filter: ExportFilter): Folder {
  const session = getRow(db, 'research_sessions', sessionId);
  if (session === undefined || session._deleted) {
    throw new WorkbenchError('not-found', 'This session is not there, or is in the trash.', {
      id: sessionId,
    });
  }
  const say = sayThrough(filter);
  const claims = claimsOf(db, sessionId);
  const evidence = listRows(db, 'evidence', {
    where: 'evidence.session_id = ?',
    values: [idToBlob(sessionId)],
  });
  const claimLabels = labelsOf(
    'research_claims',
    claims.map(({ id }) => id),
  );
  const evidenceLabels = labelsOf(
    'evidence',
    evidence.map(({ id }) => id),
  );
  const named = (id: Id, title: string | null, label: string) =>
    [id, { stem: stemOf(title ?? '', label), title: title ?? label, label }] as const;
  const names = new Map([
    named(
      sessionId,
      say('research_sessions', 'title', session.title, session),
      labelOf('research_sessions', sessionId),
    ),
    ...claims.map((claim) => {
      const row = getRow(db, 'research_claims', claim.id);
      const text = row === undefined ? null : say('research_claims', 'claim_text', claim.text, row);
      return named(claim.id, text, claimLabels.get(claim.id) ?? claim.label);
    }),
    ...evidence.map((source) =>
      named(source.id, titleOf(say, source), evidenceLabels.get(source.id) ?? source.id),
    ),
  ]);
  return { db, filter, say, session, claims, evidence, names };
}

function titleOf(say: Say, source: Row<'evidence'>): string | null {
  return (
    say('evidence', 'title', source.title, source) ?? say('evidence', 'file_name', source.file_name, source)
  );
}

function indexNote({ say, session, claims, evidence, names }: Folder): string {
  const of = (column: string, value: unknown) => say('research_sessions', column, value, session);
  const title = of('title', session.title) ?? '';
  const question = of('research_question', session.research_question) ?? '';
  const notes = of('notes', session.notes) ?? '';
  const status = of('status', session.status) ?? '';
  const lines = [
    frontMatter([
      ['workbench', 'session'],
      ['id', session.id],
      ['label', labelOf('research_sessions', session.id)],
      ['title', title],
      ['question', question],
      ['status', status],
      ['address', addressOf('session', session.id)],
      ['exported', digests({ title, question, notes, status })],
    ]),
    block('notes', notes),
    '',
    '## Claims',
    '',
    ...claims.map(({ id }) => `- ${linkTo(names, id)}`),
    '',
    '## Sources',
    '',
    ...evidence.map(({ id }) => `- ${linkTo(names, id)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function claimNote(folder: Folder, claim: ClaimRow): string {
  const { db, say, names, session } = folder;
  const row = getRow(db, 'research_claims', claim.id);
  if (row === undefined) throw new WorkbenchError('not-found', 'A claim went away while it was read.');
  const of = (column: string, value: unknown) => say('research_claims', column, value, row);
  const text = of('claim_text', claim.text) ?? '';
  const reasoning = of('reasoning', row.reasoning) ?? '';
  const status = of('status', claim.status) ?? '';
  const tags = tagsOf(folder, 'research_claims', row, claim.tags);
  const links = listRows(db, 'claim_evidence', {
    where: 'claim_evidence.claim_id = ?',
    values: [idToBlob(claim.id)],
  });
  const stanceOf = (link: Row<'claim_evidence'>) => say('claim_evidence', 'stance', link.stance, link);
  const section = (title: string, stance: string | null): string[] => {
    const mine = links.filter((link) => stanceOf(link) === stance);
    return mine.length === 0 ? [] : ['', `## ${title}`, ...mine.map((link) => linkItem(folder, link))];
  };
  const { standing } = claim;
  const lines = [
    frontMatter([
      ['workbench', 'claim'],
      ['id', claim.id],
      ['session', session.id],
      ['label', names.get(claim.id)?.label],
      ['type', of('claim_type', claim.type)],
      ['status', status],
      ['verdict', of('final_verdict', claim.verdict)],
      ['confidence', numberIn(of('confidence', claim.confidence))],
      ['strength', of('evidence_strength', standing.strength)],
      ['sources', numberIn(of('source_count', standing.sources))],
      ['origins', numberIn(of('origin_count', standing.origins))],
      ['tags', tags.length === 0 ? undefined : tags],
      ['address', addressOf('claim', claim.id)],
      ['exported', { ...digests({ claim: text, reasoning, status }), tags: digestsOfTags(tags) }],
    ]),
    block('claim', text),
    '',
    block('reasoning', reasoning),
    ...section('Supports', 'supports'),
    ...section('Contradicts', 'contradicts'),
    ...section('Rests on', null),
  ];
  return `${lines.join('\n')}\n`;
}

/** One document that a claim rests on: the link to its note, the quote, and what a person noted on it. */
function linkItem({ say, names }: Folder, link: Row<'claim_evidence'>): string {
  const of = (column: string, value: unknown) => say('claim_evidence', column, value, link);
  const quote = of('quote', link.quote);
  const note = of('note', link.note) ?? '';
  const page = link.located_page === null ? '' : `, page ${link.located_page}`;
  const marks = `%% link ${link.id} ${digestOfText(collapsed(quote ?? ''))} ${digestOfText(note)} %%`;
  return [
    '',
    `- ${linkTo(names, link.evidence_id)}${page} ${marks}`,
    ...(quote === null ? [] : [quoteLines(quote, '  ')]),
    ...(note === '' ? [] : ['', block('note', note, '  ')]),
  ].join('\n');
}

function evidenceNote(folder: Folder, source: Row<'evidence'>): string {
  const { db, say, names, session, claims } = folder;
  const of = (column: string, value: unknown) => say('evidence', column, value, source);
  const title = of('title', source.title) ?? '';
  const notes = of('notes', source.notes) ?? '';
  const summary = of('summary', source.summary);
  const tags = tagsOf(folder, 'evidence', source, source.tags);
  const reference =
    source.reference_id === null ? undefined : getRow(db, 'reference_items', source.reference_id);
  const shown = new Set(claims.map(({ id }) => id));
  const citing = listRows(db, 'claim_evidence', {
    where: 'claim_evidence.evidence_id = ?',
    values: [idToBlob(source.id)],
  }).filter((link) => shown.has(link.claim_id));
  const lines = [
    frontMatter([
      ['workbench', 'evidence'],
      ['id', source.id],
      ['session', session.id],
      ['label', names.get(source.id)?.label],
      ['title', title],
      ['author', of('author', source.author)],
      ['source', of('source_name', source.source_name)],
      ['published', of('publication_date', source.publication_date)],
      ['url', of('source_url', source.source_url)],
      ['file', of('file_name', source.file_name)],
      ['reliability', of('reliability', source.reliability)],
      ['credibility', of('credibility', source.credibility)],
      ['retracted', of('retracted_at', source.retracted_at)],
      [
        'citation-key',
        reference === undefined
          ? undefined
          : say('reference_items', 'citation_key', reference.citation_key, reference),
      ],
      ['tags', tags.length === 0 ? undefined : tags],
      ['address', addressOf('evidence', source.id)],
      ['exported', { ...digests({ title, notes }), tags: digestsOfTags(tags) }],
    ]),
    block('notes', notes),
    ...(summary === null ? [] : ['', '## Summary', '', quoteLines(summary, '')]),
    ...(citing.length === 0 ? [] : ['', '## Cited by', '']),
    ...citing.map((link) => {
      const stance = say('claim_evidence', 'stance', link.stance, link);
      return `- ${[stance, linkTo(names, link.claim_id)].filter((part) => part !== null).join(' ')}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function linkTo(names: Folder['names'], id: Id): string {
  const name = names.get(id);
  return name === undefined
    ? `${labelOf('evidence', id)}, which is not here`
    : wikiLink(name.stem, name.title);
}

/** A number as it was said, or the words in its place. */
function numberIn(said: string | null): Json {
  return said === null || Number.isNaN(Number(said)) ? said : Number(said);
}

function tagsOf(
  { filter }: Folder,
  entity: 'evidence' | 'research_claims',
  row: object,
  tags: unknown,
): readonly string[] {
  const passed = filter(entity, 'tags', tags, { ...row });
  return Array.isArray(passed) ? passed.map(String) : [];
}

function digests(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, digestOfText(value)]));
}
