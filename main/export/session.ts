import { z } from 'zod';
import { columnsOf, type EntityName, isEntityName } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import { readBody } from '../../db/replica/rows/text.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import { idSchema } from '../../preload/contract/payload.ts';
import type { ExportFilter } from '../outbound/export-filter.ts';

/** The name and the version of the file's form. A file of a newer version is refused, never guessed at. */
const format = 'stratmaster-workbench/session';
const version = 2;

type Values = Readonly<Record<string, unknown>>;

/**
 * Entities in the order in which they are read back: each after those that it points to. Elements of sets and words of texts stand
 * in the rows that they belong to; positions of judgements are rows of their own, with their authors.
 */
const exportedEntities = [
  'authors',
  'research_sessions',
  'artifacts',
  'metadata_tags',
  'content_extractions',
  'reference_items',
  'evidence',
  'research_claims',
  'claim_evidence',
  'annotations',
  'judgements',
] as const satisfies readonly EntityName[];

export type ExportedRows = ReadonlyMap<EntityName, readonly Values[]>;

/** Characters of texts that one file holds at most; what comes after them is left out. */
const mostCharacters = 100_000_000;

/** Every row that belongs to one session, by entity, as it stands. Nothing is filtered yet. Throws `not-found`. */
export function rowsOfSession(db: ReadableDb, sessionId: Id): ExportedRows {
  const session = getRow(db, 'research_sessions', sessionId);
  if (session === undefined || session._deleted) {
    throw new WorkbenchError('not-found', 'This session is not there, or is in the trash.', {
      id: sessionId,
    });
  }
  const inScope = { where: '_scope = ?', values: [`session:${sessionId}`] };
  const rows = new Map<EntityName, readonly Values[]>();
  for (const entity of exportedEntities) {
    if (entity === 'authors') continue;
    const found = listRows(db, entity, used.includes(entity) ? usedBy(entity, sessionId) : inScope);
    if (found.length > 0)
      rows.set(
        entity,
        found.map((row): Values => ({ ...row })),
      );
  }
  const authors = new Set([...rows.values()].flat().flatMap((row) => [row['created_by'], row['author_id']]));
  const known = [...authors].flatMap((id) =>
    typeof id === 'string' ? (getRow(db, 'authors', id) ?? []) : [],
  );
  if (known.length > 0)
    rows.set(
      'authors',
      known.map((row): Values => ({ ...row })),
    );
  return rows;
}

/** Rows that belong to no session: those that its evidence names go with it. */
const used: readonly EntityName[] = ['artifacts', 'metadata_tags', 'content_extractions', 'reference_items'];

function usedBy(entity: EntityName, sessionId: Id) {
  const column = entity === 'artifacts' || entity === 'reference_items' ? 'id' : 'artifact_id';
  const named = entity === 'reference_items' ? 'reference_id' : 'artifact_id';
  return {
    where: `${entity}.${column} IN (SELECT ${named} FROM evidence WHERE session_id = ? AND _deleted = 0)`,
    values: [idToBlob(sessionId)],
  };
}

/** The session as JSON: rows by entity, and the words of each extraction; each value as the gate lets it pass. */
export function toJson(db: ReadableDb, exported: ExportedRows, filter: ExportFilter, at: string): string {
  const rows = Object.fromEntries(
    exportedEntities.flatMap((entity) => {
      const list = exported.get(entity);
      return list === undefined ? [] : [[entity, list.map((row) => filteredRow(entity, row, filter))]];
    }),
  );
  const texts = textsOf(db, exported.get('content_extractions') ?? [], filter);
  return `${JSON.stringify({ format, version, exportedAt: at, rows, texts }, null, 2)}\n`;
}

/** What was read, by the id of the extraction. */
function textsOf(
  db: ReadableDb,
  extractions: readonly Values[],
  filter: ExportFilter,
): Record<string, string> {
  const texts: Record<string, string> = {};
  let characters = 0;
  for (const row of extractions) {
    const hash = row['text_hash'];
    const text = typeof hash === 'string' ? readBody(db, hash)?.toString('utf8') : undefined;
    if (text === undefined || characters + text.length > mostCharacters) continue;
    characters += text.length;
    const passed = filter('content_extractions', 'text_hash', text, row);
    if (typeof passed === 'string') texts[String(row['id'])] = passed;
  }
  return texts;
}

function filteredRow(entity: EntityName, row: Values, filter: ExportFilter): Values {
  const columns = columnsOf(entity).map(([name]) => [name, filter(entity, name, row[name], row)] as const);
  return { id: row['id'], ...Object.fromEntries(columns.filter(([, value]) => value !== undefined)) };
}

const fileSchema = z.object({
  format: z.literal(format),
  version: z.number().int(),
  rows: z.record(z.string(), z.array(z.looseObject({ id: idSchema }))),
  texts: z.record(idSchema, z.string()).default({}),
});

const markerSchema = z.strictObject({ redacted: z.string(), policy: z.number() });

/** A row that a file asks for, with the values that may be written: no caches, no marks of what was kept back. */
export interface WantedRow {
  readonly entity: EntityName;
  readonly id: Id;
  readonly values: Readonly<Record<string, Json>>;
}

/** An exported session as it can be added: its rows in their order, and what was read. */
export interface SessionFile {
  readonly rows: readonly WantedRow[];
  readonly scope: string;
  /** Words by the id of their extraction. */
  readonly texts: ReadonlyMap<string, string>;
  /** How much a piece of evidence bears on the question, between 0 and 1, by its id. */
  readonly relevance: ReadonlyMap<string, number>;
  /** The extraction of a file that words are here of, or null. */
  readingOf(artifactId: Id): Id | null;
}

/** Reads an exported session. Throws `invalid-input`. */
export function readSessionJson(text: string): SessionFile {
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refused(
      `This is no exported session: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  if (parsed.data.version !== version) {
    throw refused(`This file is of version ${parsed.data.version}; this Workbench reads version ${version}.`);
  }
  const unknown = Object.keys(parsed.data.rows).find(
    (name) => !isEntityName(name) || !exportedEntities.some((entity) => entity === name),
  );
  if (unknown !== undefined) throw refused(`This file has rows of “${unknown}”, which no session has.`);
  const session = parsed.data.rows['research_sessions']?.[0];
  if (session === undefined) throw refused('This file holds no session.');
  const rows = exportedEntities.flatMap((entity) =>
    (parsed.data.rows[entity] ?? []).map(({ id, ...values }) => ({
      entity,
      id,
      values: writableValues(entity, values as Readonly<Record<string, Json>>),
    })),
  );
  const texts = new Map(Object.entries(parsed.data.texts));
  const readings = new Map(
    rows.flatMap(({ entity, id, values }) =>
      entity === 'content_extractions' && texts.has(id) ? [[values['artifact_id'], id] as const] : [],
    ),
  );
  return {
    rows,
    scope: `session:${session.id}`,
    texts,
    relevance: new Map(
      (parsed.data.rows['evidence'] ?? []).flatMap(({ id, relevance_score: score }) =>
        typeof score === 'number' && score >= 0 && score <= 1 ? [[id, score] as const] : [],
      ),
    ),
    readingOf: (artifactId) => readings.get(artifactId) ?? null,
  };
}

function writableValues(entity: EntityName, values: Readonly<Record<string, Json>>): Record<string, Json> {
  const writable = columnsOf(entity).flatMap(([name, { merge }]) => {
    const value = values[name];
    const isCache = merge === 'derived' || (merge === 'judgement' && entity !== 'judgements');
    if (isCache || value === undefined || markerSchema.safeParse(value).success) return [];
    return [[name, value] as const];
  });
  return Object.fromEntries(writable);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('This file is no JSON.');
  }
}

function refused(message: string): WorkbenchError {
  return new WorkbenchError('invalid-input', `${message} Nothing was changed.`);
}
