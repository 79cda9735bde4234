import { homedir } from 'node:os';
import { join } from 'node:path';

const productFolder = 'stratmaster-workbench';

/** This person's folder for settings and the list of workspaces. `WORKBENCH_CONFIG_DIR` names another. */
export function configFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['WORKBENCH_CONFIG_DIR'];
  if (given !== undefined && given !== '') return given;
  if (process.platform === 'win32') {
    return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), productFolder);
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', productFolder);
  return join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), productFolder);
}

/** Where workspaces go unless a person says otherwise. */
export function workspacesFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['WORKBENCH_WORKSPACES_DIR'];
  if (given !== undefined && given !== '') return given;
  return join(homedir(), 'StratMaster Workspaces');
}
