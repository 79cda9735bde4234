import { join, resolve } from 'node:path';
import { isWorkspace } from '../../db/replica/workspace/layout.ts';
import { configFolder, workspacesFolder } from '../host/places/config-folder.ts';
import { RecentList } from '../host/places/recent-list.ts';
import type { GlobalOptions } from './context.ts';

/**
 * The folder that a command speaks of: as given, else from the environment, else the one opened last, else a first one. A
 * `fresh` one is never one that was opened before.
 */
export function workspaceFolder(options: GlobalOptions, fresh: boolean): string {
  const given = options.workspace ?? process.env['WORKBENCH_WORKSPACE'];
  if (given !== undefined && given !== '') return resolve(given);
  const known = fresh ? [] : new RecentList(configFolder()).read();
  const recent = known.find((each) => isWorkspace(each.path));
  return recent?.path ?? join(workspacesFolder(), 'Workspace');
}
