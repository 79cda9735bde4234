import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { runChild } from '../child.ts';
import { projectRoot } from '../project-root.ts';
import type { ElectronBinary } from './binary.ts';

const PACKAGE = path.join(projectRoot, 'node_modules', 'electron');
const REFUSAL = path.join(projectRoot, '.cache', 'electron-refused.json');
const PROBE_MILLISECONDS = 3000;
const REMEMBERED_MILLISECONDS = 7 * 24 * 3600 * 1000;

const refusalSchema = z.object({ version: z.string(), at: z.number() });

/**
 * The Electron that package.json names: installed already, or fetched now where its host answers within three
 * seconds. A refusal is remembered for a week, so that the next start does not ask again.
 */
export async function findCurrentElectron(): Promise<ElectronBinary | undefined> {
  if (!existsSync(PACKAGE)) return undefined;
  const installed = installedElectron();
  if (installed !== undefined) return installed;
  const version = wantedVersion();
  if (refusedLately(version, Date.now())) return undefined;
  if (await hostAnswers(version)) {
    const fetched = await runChild(process.execPath, [path.join(PACKAGE, 'install.js')], {
      milliseconds: 300_000,
      output: 'capture',
    });
    if (fetched.code === 0) return installedElectron();
  }
  rememberRefusal(version, Date.now());
  return undefined;
}

function wantedVersion(): string {
  const manifest = z.object({ version: z.string() });
  return manifest.parse(JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'))).version;
}

/** The package writes its binary's path beside itself, and the binary its version. */
function installedElectron(): ElectronBinary | undefined {
  try {
    const name = readFileSync(path.join(PACKAGE, 'path.txt'), 'utf8').trim();
    const executable = path.join(PACKAGE, 'dist', name);
    const version = readFileSync(path.join(PACKAGE, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
    return existsSync(executable) ? { executable, version, current: true } : undefined;
  } catch {
    return undefined;
  }
}

async function hostAnswers(version: string): Promise<boolean> {
  const base = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const response = await fetch(`${base}v${version}/SHASUMS256.txt`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(PROBE_MILLISECONDS),
    });
    return response.ok;
  } catch {
    return false;
  }
}

function refusedLately(version: string, now: number): boolean {
  try {
    const refusal = refusalSchema.parse(JSON.parse(readFileSync(REFUSAL, 'utf8')));
    return refusal.version === version && now - refusal.at < REMEMBERED_MILLISECONDS;
  } catch {
    return false;
  }
}

function rememberRefusal(version: string, now: number): void {
  mkdirSync(path.dirname(REFUSAL), { recursive: true });
  writeFileSync(REFUSAL, JSON.stringify({ version, at: now }));
}
