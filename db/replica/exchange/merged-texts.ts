import { type EntityName, entitySpec, isEntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import { millisecondsOf, type Stamp } from '../../../sync/core/stamp.ts';
import { blobToId } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { readSync, writeSync } from '../sync/meta.ts';
import { shownLineage } from './convert-text.ts';
import { isOwnPerson } from './own-write.ts';

/** A text in which somebody else’s words came to stand beside this person’s, without a conflict. */
export interface MergedText {
  readonly entity: EntityName;
  readonly row: Id;
  readonly column: string;
  /** Authors of the words that came, each once. */
  readonly authors: readonly Id[];
  /** When the last of them was written, by its writer's clock. */
  readonly stamp: Stamp;
}

/** Who wrote longer ago than this before others’ words came has finished with the text. */
const justWrittenMs = 14 * 86_400_000;
/** Entries of the log that are looked through at most: what came before them is old news. */
const mostEntries = 20_000;

interface Arrived {
  readonly n: number;
  readonly stamp: Stamp;
  readonly author: Buffer | null;
  readonly entity: string;
  readonly owner: Buffer;
  readonly column: string;
  readonly lineage: Buffer;
}

/**
 * Texts into which words of others came after this person had written there, and has neither written nor said since that they were seen;
 * the latest first. Words of another lineage are no merge but a conflict, and a first fetch brings none.
 */
export function mergedTexts(db: ReadableDb): MergedText[] {
  const found = new Map<string, MergedText>();
  for (const arrived of arrivals(db)) {
    const { stamp, author, entity, column } = arrived;
    if (!isEntityName(entity) || author === null || isOwnPerson(db, blobToId(author))) continue;
    const row = blobToId(arrived.owner);
    if (shownLineage(db, entity, row, column) !== blobToId(arrived.lineage)) continue;
    if (!isJustWritten(db, arrived)) continue;
    const known = found.get(`${row} ${column}`);
    const authors = [...new Set([...(known?.authors ?? []), blobToId(author)])];
    found.set(`${row} ${column}`, { entity, row, column, authors, stamp: known?.stamp ?? stamp });
  }
  return [...found.values()];
}

/** Notes that what was merged so far was seen. */
export function seeMergedTexts(db: WritableDb): void {
  writeSync(db, 'merged-seen', String(db.statements.value<number>('SELECT max(n) FROM log') ?? 0));
}

/** Words of other files that arrived since they were last seen, the latest first. */
function arrivals(db: ReadableDb): Arrived[] {
  return db.statements.all<Arrived>(
    `SELECT log.n AS n, txns.stamp AS stamp, txns.author AS author, u.owner_entity AS entity, u.owner_id AS owner,
            u.column_name AS "column", u.lineage AS lineage
     FROM log JOIN txns ON txns.txn = log.txn JOIN text_updates AS u ON u.id = log.row
     WHERE log.n > max(?, (SELECT max(n) FROM log) - ?) AND log.entity = ? AND log.op = 'i' AND txns.capture = 0
     ORDER BY log.n DESC`,
    Number(readSync(db, 'merged-seen') ?? 0),
    mostEntries,
    entitySpec('text_updates').n,
  );
}

/** Whether this file wrote in the text shortly before words came, and not since. */
function isJustWritten(db: ReadableDb, { n, stamp, owner, column, lineage }: Arrived): boolean {
  const own = db.statements.get<{ n: number; stamp: Stamp }>(
    `SELECT log.n AS n, txns.stamp AS stamp FROM text_updates AS u JOIN log ON log.row = u.id AND log.op = 'i'
     JOIN txns ON txns.txn = log.txn WHERE u.owner_id = ? AND u.column_name = ? AND u.lineage = ? AND txns.capture = 1
     ORDER BY log.n DESC LIMIT 1`,
    owner,
    column,
    lineage,
  );
  return own !== undefined && own.n < n && millisecondsOf(stamp) - millisecondsOf(own.stamp) < justWrittenMs;
}
