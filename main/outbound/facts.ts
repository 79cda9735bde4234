import { columnSpec, type EntityName, entityNames } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import type { PrivacyClass } from '../../db/catalogue/types.ts';
import { readSet } from '../../db/replica/rows/elements.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { SourceFacts, Subject } from '../../sync/core/decide.ts';
import { textHistory } from './text-history.ts';

/** What rules can ask of a row. */
export interface RowFacts {
  readonly level: NonNullable<Subject['level']>;
  readonly source: SourceFacts;
  readonly localOnly: boolean;
  /** Of an element, a position or an update of a text: the class of the column that it is a part of. */
  readonly ownerClass: PrivacyClass | null;
  /** Of an update of a text: everything that the text's updates say. */
  readonly texts: (() => readonly string[]) | null;
}

type Values = Readonly<Record<string, unknown>>;

/** Finds a row by its id. */
type Look = (entity: EntityName, id: Id) => Values | undefined;

/** Reads a row whenever it is asked for. */
function lookUp(db: ReadableDb): Look {
  return (entity, id) => {
    const row = getRow(db, entity, id);
    return row === undefined ? undefined : { ...row };
  };
}

/** Reads each row once: for a run of decisions within one transaction. */
export function lookOnce(db: ReadableDb): Look {
  const found = new Map<string, Values | undefined>();
  const read = lookUp(db);
  return (entity, id) => {
    if (!found.has(id)) found.set(id, read(entity, id));
    return found.get(id);
  };
}

/** The facts of a row of which nothing is asked: no policy has rules of levels or sources, and no session stays on this laptop. */
export const factsUnasked: RowFacts = {
  level: 'internal',
  source: {},
  localOnly: false,
  ownerClass: null,
  texts: null,
};

/** True for a part of another row's column. */
export function isPart(entity: EntityName): boolean {
  return columnSpec(entity, 'owner_entity') !== undefined;
}
type Level = RowFacts['level'];

const levels: readonly Level[] = ['public', 'partner', 'internal', 'restricted'];

/**
 * The facts of a row for a decision. Its level is the strictest of its own, its session's and that of what it quotes; what it says
 * of its source is what its document says: a quote is as confidential as the page that it was taken from. A file or a reference that
 * several documents use has the strictest level among them, and stays here where one of their sessions does.
 */
export function factsOf(db: ReadableDb, entity: EntityName, row: Values, look: Look = lookUp(db)): RowFacts {
  const part = factsOfPart(db, look, entity, row);
  if (part !== null) return part;
  const evidence = evidenceOf(db, look, entity, row);
  const claim = entity === 'claim_evidence' ? rowAt(look, 'research_claims', row['claim_id']) : undefined;
  const sessionId =
    textOf(row['session_id']) ??
    textOf(evidence[0]?.['session_id']) ??
    textOf(claim?.['session_id']) ??
    sessionOfScope(row['_scope']);
  const session = entity === 'research_sessions' ? row : rowAt(look, 'research_sessions', sessionId);
  const others = evidence.slice(1).map((each) => rowAt(look, 'research_sessions', each['session_id']));
  const artifact =
    entity === 'artifacts'
      ? row
      : rowAt(look, 'artifacts', row['artifact_id'] ?? evidence[0]?.['artifact_id']);
  const told = evidence[0] ?? row;
  const address = textOf(told['source_url']) ?? textOf(artifact?.['source_url']);
  return {
    level: strictest([row, session, claim, ...others, ...evidence].map((each) => each?.['sharing_level'])),
    source: {
      domain: address !== null && URL.canParse(address) ? new URL(address).hostname : null,
      type: textOf(told['source_type']) ?? textOf(artifact?.['artifact_type']),
      tags: [row, ...evidence].flatMap((each) => tagsOf(db, each)),
      session: entity === 'research_sessions' ? textOf(row['id']) : sessionId,
      mime: textOf(artifact?.['mime_type']),
    },
    localOnly: [session, ...others].some((each) => each?.['local_only'] === true),
    ownerClass: null,
    texts: null,
  };
}

/** The facts of a part of another row's column are those of that row; of the column it has its class, too. */
function factsOfPart(db: ReadableDb, look: Look, entity: EntityName, row: Values): RowFacts | null {
  const { owner_entity: owner, owner_id: id, column_name: column } = row;
  if (!isEntityName(owner) || !isId(id) || typeof column !== 'string') return null;
  const facts = factsOf(db, owner, rowAt(look, owner, id) ?? { _scope: row['_scope'] }, look);
  const ownerClass = columnSpec(owner, column)?.privacy ?? 'secret';
  const texts = entity === 'text_updates' ? () => textHistory(db, id, column) : null;
  return { ...facts, ownerClass, texts };
}

/** The session whose scope a row stands in. */
function sessionOfScope(scope: unknown): string | null {
  return typeof scope === 'string' && scope.startsWith('session:') ? scope.slice('session:'.length) : null;
}

function isEntityName(value: unknown): value is EntityName {
  return entityNames.some((name) => name === value);
}

/** The documents whose words a row may hold. */
function evidenceOf(db: ReadableDb, look: Look, entity: EntityName, row: Values): Values[] {
  if (entity === 'evidence') return [row];
  const named = rowAt(look, 'evidence', row['evidence_id']);
  if (named !== undefined) return [named];
  const owner = row['owner_entity'] === 'evidence' ? rowAt(look, 'evidence', row['owner_id']) : undefined;
  if (owner !== undefined) return [owner];
  const cited = entity === 'reference_items' && isId(row['id']) ? citedBy(db, row['id']) : [];
  if (cited.length > 0) return cited;
  const artifact = entity === 'artifacts' ? row['id'] : row['artifact_id'];
  if (!isId(artifact)) return [];
  return listRows(db, 'evidence', { where: 'evidence.artifact_id = ?', values: [idToBlob(artifact)] }).map(
    (each) => ({ ...each }),
  );
}

/** Documents that a reference was made of or stands for: it says what they say of themselves. */
function citedBy(db: ReadableDb, reference: Id): Values[] {
  return listRows(db, 'evidence', {
    where: 'evidence.reference_id = ?',
    values: [idToBlob(reference)],
  }).map((each) => ({ ...each }));
}

function rowAt(look: Look, entity: EntityName, id: unknown): Values | undefined {
  return isId(id) ? look(entity, id) : undefined;
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function tagsOf(db: ReadableDb, row: Values): readonly string[] {
  const tags = row['tags'];
  if (Array.isArray(tags)) return tags.map(String);
  return isId(row['id']) ? readSet(db, row['id'], 'tags') : [];
}

function strictest(given: readonly unknown[]): Level {
  const known = given.map((each) => levels.indexOf(each as Level));
  const highest = Math.max(-1, ...known);
  return levels[highest] ?? 'internal';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
