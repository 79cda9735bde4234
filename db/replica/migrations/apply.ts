import { entityNames } from '../../catalogue/catalogue.ts';
import { captureStatements, captureTriggerNames } from '../schema/capture.ts';
import { OpenError } from '../sqlite/open-error.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { type Migration, migrations } from './registry.ts';

/** The version that a file is at; 0 for a file that was just made. */
export function versionOf(db: ReadableDb): number {
  return db.sqlite.pragma('user_version', { simple: true }) as number;
}

/** What has to be done to a file before this build can use it. Throws `OpenError` for a file of a newer build. */
export function pendingMigrations(
  db: ReadableDb,
  steps: readonly Migration[] = migrations,
): readonly Migration[] {
  const version = versionOf(db);
  if (version > steps.length) throw new OpenError('newer');
  return steps.slice(version);
}

/** Runs steps in order, each in a transaction with its version, then makes the capture triggers of this build. */
export function applyMigrations(db: WritableDb, steps: readonly Migration[] = migrations): void {
  for (const step of pendingMigrations(db, steps)) {
    db.sqlite.transaction(() => {
      dropCaptureTriggers(db);
      for (const statement of step.statements) db.sqlite.exec(statement);
      if (step.version === steps.length) createCaptureTriggers(db);
      db.sqlite.pragma(`user_version = ${step.version}`);
    })();
  }
}

function dropCaptureTriggers(db: WritableDb): void {
  for (const name of entityNames.flatMap(captureTriggerNames))
    db.sqlite.exec(`DROP TRIGGER IF EXISTS ${name}`);
}

function createCaptureTriggers(db: WritableDb): void {
  for (const statement of entityNames.flatMap(captureStatements)) db.sqlite.exec(statement);
}
