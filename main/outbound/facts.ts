import { columnSpec, type EntityName } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { readSet } from '../../db/replica/rows/elements.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import { readBody } from '../../db/replica/rows/text.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { type RowFacts as FactsOfRow, factsOfRow, type RowValues } from '../../sync/core/row-facts.ts';
import { textHistory } from './text-history.ts';

/** What rules can ask of a row, and the words beside it that its hashes stand for. */
export interface RowFacts extends FactsOfRow {
  /** Of an update of a text: everything that the text's updates say; of an extraction: its text. */
  readonly texts: (() => readonly string[]) | null;
}

/** Finds a row by its id. */
type Look = (entity: EntityName, id: Id) => RowValues | undefined;

/** Reads a row whenever it is asked for. */
function lookUp(db: ReadableDb): Look {
  return (entity, id) => {
    const row = getRow(db, entity, id);
    return row === undefined ? undefined : { ...row };
  };
}

/** Reads each row once: for a run of decisions within one transaction. */
export function lookOnce(db: ReadableDb): Look {
  const found = new Map<string, RowValues | undefined>();
  const read = lookUp(db);
  return (entity, id) => {
    if (!found.has(id)) found.set(id, read(entity, id));
    return found.get(id);
  };
}

/**
 * The facts of a row of which nothing is asked: no policy has rules of levels or sources or looks into texts, and no session stays on this
 * laptop. Whoever is handed these very facts knows that.
 */
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

/** The facts of a row of this workspace for a decision (`factsOfRow` has the rules). */
export function factsOf(
  db: ReadableDb,
  entity: EntityName,
  row: RowValues,
  look: Look = lookUp(db),
): RowFacts {
  const world = {
    row: look,
    evidenceNaming: (column: 'artifact_id' | 'reference_id', id: Id) =>
      listRows(db, 'evidence', { where: `evidence.${column} = ?`, values: [idToBlob(id)] }).map((each) => ({
        ...each,
      })),
    tagsOf: (evidence: RowValues) => tagsOf(db, evidence),
    hostOf: (address: string) => (URL.canParse(address) ? new URL(address).hostname : null),
  };
  return { ...factsOfRow(world, entity, row), texts: textsOf(db, entity, row) };
}

function textsOf(db: ReadableDb, entity: EntityName, row: RowValues): RowFacts['texts'] {
  const { owner_id: owner, column_name: column, text_hash: text } = row;
  if (entity === 'text_updates' && typeof owner === 'string' && typeof column === 'string')
    return () => textHistory(db, owner, column);
  if (entity === 'content_extractions' && typeof text === 'string')
    return () => [readBody(db, text)?.toString('utf8') ?? ''];
  return null;
}

function tagsOf(db: ReadableDb, { tags, id }: RowValues): readonly string[] {
  if (Array.isArray(tags)) return tags.map(String);
  return typeof id === 'string' ? readSet(db, id, 'tags') : [];
}
