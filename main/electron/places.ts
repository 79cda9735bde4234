import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the parts of the application lie. */
export interface Places {
  readonly renderer: string;
  readonly preload: string;
  readonly hostEntry: string;
  /** The bundled Node that runs the host where Electron's own cannot; undefined where none was installed. */
  readonly runtime: string | undefined;
}

/**
 * Finds the parts from the folder of the shell's bundle (`dist/electron`). In a packaged application the bundle lies in
 * the archive, and what another process must read as plain files lies beside it.
 */
export function findPlaces(bundle: string, platform: string, arch: string, renderer?: string): Places {
  const root = path.resolve(bundle, '..', '..');
  const unpacked = root.replace(/app\.asar$/, 'app.asar.unpacked');
  const windows = platform === 'win32';
  const folder = `node-${windows ? 'win' : platform}-${arch}`;
  const runtime = path.join(unpacked, 'node_modules', folder, 'bin', windows ? 'node.exe' : 'node');
  return {
    renderer: renderer ?? path.join(root, 'dist', 'renderer'),
    preload: path.join(bundle, 'preload.cjs'),
    hostEntry: path.join(unpacked, 'main', 'host', 'process.ts'),
    runtime: existsSync(runtime) ? runtime : undefined,
  };
}
