import { filesInUse } from '../blobs/erased-files.ts';
import { isElsewhere } from '../blobs/files-elsewhere.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, entityNames, isEntityName } from '../../catalogue/catalogue.ts';
import { rebuildFromLog, type ReplayRemote, tableTexts } from '../log/rebuild.ts';
import { applyMigrations } from '../migrations/apply.ts';
import { damagedTextIndexes } from '../search-chunks.ts';
import { countUnknown } from '../sync/newly-known.ts';
import { closeDb, openForWriting, type ReadableDb } from '../sqlite/open.ts';
import type { OpenWorkspace } from '../workspace/workspace.ts';

/** Something that is wrong, by code, and a sentence that says what to do. */
export interface Problem {
  readonly code: string;
  readonly sentence: string;
}

/** The state of a workspace. Counts are no problems: unfinished jobs go on, and a missing target may still arrive. */
export interface Examination {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly counts: Readonly<Record<string, number>>;
}

function integrity(db: ReadableDb): Problem[] {
  if (db.sqlite.pragma('integrity_check', { simple: true }) === 'ok') return [];
  return [
    {
      code: 'integrity',
      sentence: 'The database is damaged. Restore the newest backup into a new workspace.',
    },
  ];
}

function textIndexes(db: ReadableDb): Problem[] {
  return damagedTextIndexes(db.sqlite).map((index) => ({
    code: `index:${index}`,
    sentence: `The index ${index} does not agree with the words. Run doctor with --reindex.`,
  }));
}

function orphanedPassages(db: ReadableDb): Problem[] {
  const loose = db.statements.value<number>(
    'SELECT count(*) FROM chunks WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.id = chunks.evidence)',
  );
  if (!loose) return [];
  return [
    { code: 'passages', sentence: `${loose} passages belong to no evidence. Run doctor with --reindex.` },
  ];
}

/** Rows whose state comes from the server: the log tells what changed them here, not all that they are. */
function servedRows(db: ReadableDb): Set<string> {
  return new Set(
    db.statements.all<{ id: string }>('SELECT hex(row) AS id FROM sync_rows').map(({ id }) => id),
  );
}

/** The log told once more into an empty file must give the tables that are there. */
function logAgainstRows(workspace: OpenWorkspace, replayRemote: ReplayRemote): Problem[] {
  const folder = mkdtempSync(join(workspace.layout.temporary, 'doctor-'));
  const target = openForWriting({ path: join(folder, 'rebuilt.db'), dataKey: workspace.dataKey });
  try {
    applyMigrations(target);
    target.sqlite.pragma('synchronous = OFF');
    rebuildFromLog(workspace.replica.db, target, replayRemote);
    const served = servedRows(workspace.replica.db);
    const rebuilt = tableTexts(target, served);
    return [...tableTexts(workspace.replica.db, served)]
      .filter(([entity, text]) => rebuilt.get(entity) !== text)
      .map(([entity]) => ({
        code: `log:${entity}`,
        sentence: `The rows of “${entity}” are not what the log says. Make a backup now, and restore it into a new workspace.`,
      }));
  } finally {
    closeDb(target);
    rmSync(folder, { recursive: true, force: true });
  }
}

function blobsAgainstHashes(workspace: OpenWorkspace): Problem[] {
  const wrong = [...filesInUse(workspace.replica.db)].filter(
    (hash) =>
      !workspace.blobs.verify(hash) &&
      (workspace.blobs.has(hash) || !isElsewhere(workspace.replica.db, hash)),
  );
  return wrong.map((hash) => ({
    code: `blob:${hash.slice(0, 12)}`,
    sentence: `The file ${hash.slice(0, 12)} is missing or damaged. Add the document again, or restore a backup.`,
  }));
}

function bodiesInUse(db: ReadableDb): Problem[] {
  const missing = db.statements.value<number>(
    `SELECT count(*) FROM content_extractions AS x WHERE x.text_hash IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM bodies WHERE bodies.hash = x.text_hash)`,
  );
  if (!missing) return [];
  return [
    { code: 'bodies', sentence: `The words of ${missing} documents are missing. Restore the newest backup.` },
  ];
}

function missingTargets(db: ReadableDb): number {
  let missing = 0;
  for (const entity of entityNames) {
    for (const [column, spec] of columnsOf(entity)) {
      if (spec.references === undefined || !isEntityName(spec.references)) continue;
      missing += countMissing(db, entity, column, spec.references);
    }
  }
  return missing;
}

function countMissing(db: ReadableDb, entity: EntityName, column: string, target: EntityName): number {
  const sql = `SELECT count(*) FROM ${entity} WHERE "${column}" IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM ${target} WHERE ${target}.id = ${entity}."${column}")`;
  return db.statements.value<number>(sql) ?? 0;
}

/** Looks at everything: the file, its indexes, rows against the log, blobs against their hashes. Changes nothing. */
export function examine(workspace: OpenWorkspace, replayRemote: ReplayRemote): Examination {
  const { db } = workspace.replica;
  const damaged = integrity(db);
  const problems =
    damaged.length > 0
      ? damaged
      : [
          ...textIndexes(db),
          ...orphanedPassages(db),
          ...logAgainstRows(workspace, replayRemote),
          ...bodiesInUse(db),
          ...blobsAgainstHashes(workspace),
        ];
  const count = (sql: string) => db.statements.value<number>(sql) ?? 0;
  const unknown = countUnknown(db);
  const names = new Set([...filesInUse(db)].map((hash) => workspace.blobs.nameOf(hash)));
  return {
    ok: problems.length === 0,
    problems,
    counts: {
      rows: entityNames.reduce((sum, entity) => sum + count(`SELECT count(*) FROM ${entity}`), 0),
      entries: count('SELECT count(*) FROM log'),
      passages: count('SELECT count(*) FROM chunks'),
      conflicts: count('SELECT count(*) FROM cells WHERE open IS NOT NULL'),
      missingTargets: missingTargets(db),
      waitingRows: unknown.rows,
      rowsWithUnknownValues: unknown.values,
      unfinishedItems: count(
        `SELECT count(*) FROM job_items WHERE state NOT IN ('added', 'duplicate', 'stored', 'failed', 'cancelled')`,
      ),
      looseBlobs: workspace.blobs.names().filter((name) => !names.has(name)).length,
    },
  };
}
