import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, entitySpec, isEntityName } from '../../catalogue/catalogue.ts';
import { labelOf } from '../../catalogue/label.ts';
import type { Id } from '../../catalogue/rows.ts';
import { millisecondsOf, type Stamp } from '../../../sync/core/stamp.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { getRow } from '../rows/read.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Bindable } from '../sqlite/statements.ts';
import { readMeta } from '../transaction/meta.ts';
import { entityByNumber } from './numbers.ts';
import { inEffect, undoable } from './undo.ts';

/** What a change was about: the row that names it. `title` is empty for rows without words of their own. */
export interface ChangeSubject {
  readonly entity: EntityName;
  readonly id: Id;
  readonly label: string;
  readonly title: string;
  readonly sessionId: Id | null;
  /** False where the row is in the trash or was purged. */
  readonly present: boolean;
}

/** One transaction of the log, as people read it. */
export interface ListedChange {
  readonly txn: number;
  readonly at: string;
  readonly author: string;
  readonly mine: boolean;
  readonly origin: string;
  readonly command: string;
  /** False where it was undone and not redone. */
  readonly inEffect: boolean;
  readonly canUndo: boolean;
  readonly subject: ChangeSubject | null;
  /** Rows of the subject's kind that it changed, at most as many as are looked at. */
  readonly count: number;
}

/** Which changes a list holds; what is left out does not narrow it. */
export interface ChangeFilter {
  readonly entity?: EntityName | undefined;
  readonly by?: 'me' | 'others' | undefined;
  /** UTC time of the oldest change wanted. */
  readonly since?: string | undefined;
}

interface Stored {
  readonly txn: number;
  readonly stamp: Stamp;
  readonly name: string | null;
  readonly mine: number;
  readonly origin: string;
  readonly command: string;
  readonly in_effect: number;
  readonly undoable: number;
}

/** Entries of one transaction that its subject is looked for in. */
const mostEntries = 500;

/** The last entry of a transaction is before the first one of the next. */
const entriesOfTxn = `l.txn = t.txn AND l.n >= t.first_n
  AND l.n < coalesce((SELECT u.first_n FROM txns AS u WHERE u.txn > t.txn ORDER BY u.txn LIMIT 1), 9007199254740991)`;

/** A window of the log by transaction, newest first, with the number of all. */
export function changeWindow(
  db: ReadableDb,
  {
    filter,
    offset,
    limit,
  }: { readonly filter: ChangeFilter; readonly offset: number; readonly limit: number },
): { total: number; rows: ListedChange[] } {
  const me = idToBlob(readMeta(db, 'author') ?? '00000000-0000-0000-0000-000000000000');
  const { where, values } = condition(filter, me);
  const total = db.statements.value<number>(`SELECT count(*) FROM txns AS t WHERE ${where}`, ...values) ?? 0;
  const rows = db.statements.all<Stored>(
    `SELECT t.txn, t.stamp, coalesce(users.full_name, authors.name) AS name, t.author IS ? AS mine, t.origin, t.command,
       ${inEffect} AS in_effect, ${undoable} AND t.author IS ? AS undoable
     FROM txns AS t LEFT JOIN authors ON authors.id = t.author LEFT JOIN users ON users.id = coalesce(authors.user_id, t.author)
     WHERE ${where} ORDER BY t.txn DESC LIMIT ? OFFSET ?`,
    me,
    me,
    ...values,
    limit,
    offset,
  );
  return { total, rows: rows.map((row) => listed(db, row)) };
}

function condition(filter: ChangeFilter, me: Buffer): { where: string; values: Bindable[] } {
  const parts = ['t.open IS NULL'];
  const values: Bindable[] = [];
  if (filter.by !== undefined) {
    parts.push(filter.by === 'me' ? 't.author IS ?' : 't.author IS NOT ?');
    values.push(me);
  }
  if (filter.since !== undefined) {
    parts.push('t.stamp >= ?');
    values.push(new Date(filter.since).getTime().toString(16).padStart(12, '0'));
  }
  if (filter.entity !== undefined) {
    parts.push(`EXISTS (SELECT 1 FROM log AS l WHERE ${entriesOfTxn} AND l.entity = ?)`);
    values.push(entitySpec(filter.entity).n);
  }
  return { where: parts.join(' AND '), values };
}

function listed(db: ReadableDb, row: Stored): ListedChange {
  const touched = rowsOfTxn(db, row.txn);
  const kind = kindOf(row.command, touched);
  const ofKind = touched.filter(({ entity }) => entity === kind);
  const [first] = ofKind;
  return {
    txn: row.txn,
    at: new Date(millisecondsOf(row.stamp)).toISOString(),
    author: row.name ?? '',
    mine: row.mine === 1,
    origin: row.origin,
    command: row.command,
    inEffect: row.in_effect === 1,
    canUndo: row.undoable === 1 && row.in_effect === 1,
    subject: first === undefined ? null : subject(db, first),
    count: ofKind.length,
  };
}

interface Touched {
  readonly entity: EntityName;
  readonly id: Id;
}

/** The rows that a transaction changed, each once. Elements, positions and texts stand for the row that they belong to. */
function rowsOfTxn(db: ReadableDb, txn: number): Touched[] {
  const entries = db.statements.all<{ entity: number; row: Buffer }>(
    `SELECT DISTINCT entity, row FROM (SELECT l.entity, l.row FROM txns AS t JOIN log AS l ON ${entriesOfTxn}
     WHERE t.txn = ? ORDER BY l.n LIMIT ${mostEntries})`,
    txn,
  );
  const rows = new Map<Id, Touched>();
  for (const entry of entries) {
    const touched = ownerOf(db, entityByNumber(entry.entity), blobToId(entry.row));
    if (!rows.has(touched.id)) rows.set(touched.id, touched);
  }
  return [...rows.values()];
}

function ownerOf(db: ReadableDb, entity: EntityName, id: Id): Touched {
  if (entity !== 'set_elements' && entity !== 'judgements' && entity !== 'text_updates')
    return { entity, id };
  const part = getRow(db, entity, id);
  return part !== undefined && isEntityName(part.owner_entity)
    ? { entity: part.owner_entity, id: part.owner_id }
    : { entity, id };
}

/** Kinds in the order in which they name a change that touched several. */
const telling: readonly EntityName[] = [
  'research_claims',
  'evidence',
  'annotations',
  'claim_evidence',
  'reference_items',
  'research_sessions',
  'saved_searches',
  'projects',
];

function kindOf(command: string, touched: readonly Touched[]): EntityName | undefined {
  const named = command.slice(command.indexOf('.') + 1);
  if (isEntityName(named) && touched.some(({ entity }) => entity === named)) return named;
  return telling.find((kind) => touched.some(({ entity }) => entity === kind)) ?? touched[0]?.entity;
}

function subject(db: ReadableDb, { entity, id }: Touched): ChangeSubject {
  const row = getRow(db, entity, id);
  const scope = row?._scope ?? '';
  return {
    entity,
    id,
    label: labelOf(entity, id),
    title: row === undefined ? '' : titleOf(entity, row as unknown as Readonly<Record<string, unknown>>),
    sessionId: scope.startsWith('session:') ? scope.slice('session:'.length) : null,
    present: row !== undefined && !row._deleted,
  };
}

/** The words by which a row is found: its title, else its body, else the name of its file. */
function titleOf(entity: EntityName, row: Readonly<Record<string, unknown>>): string {
  for (const role of ['title', 'body'] as const) {
    for (const [name, spec] of columnsOf(entity)) {
      const value = row[name];
      if (spec.search === role && typeof value === 'string' && value !== '') return value;
    }
  }
  const file = row['file_name'];
  return typeof file === 'string' ? file : '';
}
