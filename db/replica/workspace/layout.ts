import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keyFileName } from '../keys/key-file.ts';

/** Where everything of a workspace stands, given its folder. */
export interface WorkspaceLayout {
  readonly folder: string;
  readonly database: string;
  readonly keys: string;
  readonly blobs: string;
  readonly backups: string;
  readonly temporary: string;
  readonly logs: string;
  /** Ids of purged rows, kept beside the database so that a restored backup cannot bring them back. */
  readonly purgeLedger: string;
}

/** The layout of a workspace folder. */
export function layoutOf(folder: string): WorkspaceLayout {
  return {
    folder,
    database: join(folder, 'workspace.db'),
    keys: join(folder, keyFileName),
    blobs: join(folder, 'blobs'),
    backups: join(folder, 'backups'),
    temporary: join(folder, 'tmp'),
    logs: join(folder, 'logs'),
    purgeLedger: join(folder, 'purged.ids'),
  };
}

/** True where a folder holds a workspace. */
export function isWorkspace(folder: string): boolean {
  return existsSync(layoutOf(folder).database);
}
