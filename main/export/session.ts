import { columnsOf, entityNames, type EntityName } from '../../db/catalogue/catalogue.ts';
import { labelOf } from '../../db/catalogue/label.ts';
import type { Id, Row } from '../../db/catalogue/rows.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';

/** What the gate says of one value: itself, a marker in its place, or nothing. */
export type Filter = (
  entity: EntityName,
  column: string,
  value: unknown,
  row: Readonly<Record<string, unknown>>,
) => unknown;

export interface ExportedSession {
  readonly session: Row<'research_sessions'>;
  readonly evidence: readonly Row<'evidence'>[];
  readonly claims: readonly Row<'research_claims'>[];
  readonly links: readonly Row<'claim_evidence'>[];
  readonly rows: Readonly<Partial<Record<EntityName, readonly Record<string, unknown>[]>>>;
}

/** Every row that belongs to one session, by entity, as it stands. Nothing is filtered yet. */
export function exportSession(db: ReadableDb, { sessionId }: { sessionId: Id }): ExportedSession {
  const session = getRow(db, 'research_sessions', sessionId);
  if (session === undefined || session._deleted) {
    throw new WorkbenchError('not-found', 'This session is not there, or is in the trash.', {
      id: sessionId,
    });
  }
  const inScope = { where: '_scope = ?', values: [`session:${sessionId}`] };
  const rows: Partial<Record<EntityName, Record<string, unknown>[]>> = {};
  for (const entity of entityNames) {
    const found = artifactEntities.includes(entity)
      ? listRows(db, entity, usedBy(entity, sessionId))
      : listRows(db, entity, inScope);
    if (found.length > 0) rows[entity] = found.map((row): Record<string, unknown> => ({ ...row }));
  }
  return {
    session,
    evidence: listRows(db, 'evidence', inScope),
    claims: listRows(db, 'research_claims', inScope),
    links: listRows(db, 'claim_evidence', inScope),
    rows,
  };
}

const artifactEntities: readonly EntityName[] = ['artifacts', 'metadata_tags', 'content_extractions'];

function usedBy(entity: EntityName, sessionId: Id) {
  const column = entity === 'artifacts' ? 'id' : 'artifact_id';
  return {
    where: `${entity}.${column} IN (SELECT artifact_id FROM evidence WHERE session_id = ? AND _deleted = 0)`,
    values: [idToBlob(sessionId)],
  };
}

/** The session as JSON: rows by entity, each value as the gate lets it pass, with the catalogue's versions. */
export function toJson(exported: ExportedSession, filter: Filter, at: string): string {
  const rows = Object.fromEntries(
    Object.entries(exported.rows).map(([entity, list]) => [
      entity,
      list.map((row) => filteredRow(entity as EntityName, row, filter)),
    ]),
  );
  return `${JSON.stringify({ format: 'stratmaster-workbench/session', version: 1, exportedAt: at, rows }, null, 2)}\n`;
}

function filteredRow(
  entity: EntityName,
  row: Record<string, unknown>,
  filter: Filter,
): Record<string, unknown> {
  const columns = columnsOf(entity).map(([name]) => [name, filter(entity, name, row[name], row)] as const);
  return { id: row['id'], ...Object.fromEntries(columns.filter(([, value]) => value !== undefined)) };
}

/** The session as Markdown: question, claims with their quotes, and numbered sources. */
export function toMarkdown(exported: ExportedSession, filter: Filter): string {
  const { session, evidence, claims, links } = exported;
  const numbers = new Map(evidence.map((source, index) => [source.id, index + 1]));
  const say: Say = (entity, column, value, row) => {
    const passed = filter(entity, column, value, { ...row });
    if (passed === null || passed === undefined) return '';
    return typeof passed === 'string' ? escapeMarkdown(passed) : '[redacted]';
  };
  const title = say('research_sessions', 'title', session.title, session);
  const lines = [`# ${title === '' ? labelOf('research_sessions', session.id) : title}`, ''];
  const question = say('research_sessions', 'research_question', session.research_question, session);
  if (question !== '') lines.push(`**Question.** ${question}`, '');
  if (claims.length > 0) lines.push('## Claims', '');
  for (const claim of claims) {
    lines.push(`- ${say('research_claims', 'claim_text', claim.claim_text, claim)}`);
    for (const link of links.filter((each) => each.claim_id === claim.id)) {
      const quote = say('claim_evidence', 'quote', link.quote, link);
      const source = `[${numbers.get(link.evidence_id) ?? '?'}]`;
      const stance = say('claim_evidence', 'stance', link.stance, link);
      lines.push(`  - ${stance} ${source}${quote === '' ? '' : `: “${quote}”`}`);
    }
  }
  if (claims.length > 0) lines.push('');
  lines.push('## Sources', '');
  for (const source of evidence) lines.push(`${numbers.get(source.id)}. ${sourceLine(source, say)}`);
  return `${lines.join('\n')}\n`;
}

type Say = (entity: EntityName, column: string, value: unknown, row: object) => string;

function sourceLine(source: Row<'evidence'>, say: Say): string {
  const parts = [
    say('evidence', 'author', source.author, source),
    source.title === null
      ? say('evidence', 'file_name', source.file_name, source)
      : say('evidence', 'title', source.title, source),
    say('evidence', 'source_name', source.source_name, source),
    say('evidence', 'publication_date', source.publication_date, source),
    say('evidence', 'source_url', source.source_url, source),
  ];
  return `${parts.filter((part) => part !== '').join('. ')} (${labelOf('evidence', source.id)})`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/([\\`*_[\]<>#|])/g, '\\$1');
}

/** A file's name for an export: the session's title as far as it may be known, else its label. */
export function exportName({ session }: ExportedSession, filter: Filter): string {
  const title = filter('research_sessions', 'title', session.title, { ...session });
  return fileName(
    typeof title === 'string' && title !== '' ? title : labelOf('research_sessions', session.id),
  );
}

function fileName(title: string): string {
  const safe = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return (safe === '' ? 'session' : safe).slice(0, 60);
}
