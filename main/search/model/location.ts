import { homedir } from 'node:os';
import { join } from 'node:path';
import { env, platform } from 'node:process';

/** Identity of the model on the laptop. The version changes whenever the converter's result does. */
export const localModel = { name: 'all-MiniLM-L6-v2', version: 'int8-1', dimensions: 384 } as const;

/** Files of an installed model. `record.json` is written last and names the hashes of the others. */
export const modelFiles = {
  encoder: 'encoder.onnx',
  tokenizer: 'tokenizer.json',
  record: 'record.json',
} as const;

/**
 * The folder that holds the installed model: `WORKBENCH_MODEL_DIR`, or a folder in the person's cache, which
 * all workspaces share. Nothing in it is personal, and all of it can be made again.
 */
export function modelFolder(): string {
  const override = env['WORKBENCH_MODEL_DIR'];
  if (override !== undefined && override !== '') return override;
  return join(cacheFolder(), 'stratmaster-workbench', 'models', `${localModel.name}-${localModel.version}`);
}

function cacheFolder(): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  const xdg = env['XDG_CACHE_HOME'];
  return xdg !== undefined && xdg.startsWith('/') ? xdg : join(homedir(), '.cache');
}
