import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, errors } from 'playwright';

const root = path.resolve(import.meta.dirname, '..', '..');

export interface LaunchOptions {
  /** Folder of the pages to show; the built renderer unless said. */
  readonly renderer?: string;
  /** Folder for everything that this run keeps; the same folder again is the same person's next start. */
  readonly home: string;
  readonly args?: readonly string[];
}

/** A folder for one test's homes, workspaces and files. */
export function makeHome(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'workbench-electron-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Starts the application in the Electron that WORKBENCH_ELECTRON names. The old Electron of the tests has no way to be
 * told of an application by argument: it finds one in its own resources, which only points to ours.
 */
export async function launchElectron(options: LaunchOptions): Promise<ElectronApplication> {
  const executable = process.env['WORKBENCH_ELECTRON'];
  if (executable === undefined) throw new Error('WORKBENCH_ELECTRON names no Electron. Run "npm test".');
  const stock = executable.includes(path.join('node_modules', 'electron'));
  if (!stock) pointToApplication(path.dirname(executable));
  const environment = Object.entries(process.env).filter(([name]) => name !== 'ELECTRON_RUN_AS_NODE');
  const home = path.join(options.home, 'home');
  mkdirSync(home, { recursive: true });
  return launchPatiently({
    executablePath: executable,
    args: [
      ...(stock ? [root] : []),
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${path.join(options.home, 'user-data')}`,
      ...(options.args ?? []),
    ],
    env: {
      ...(Object.fromEntries(environment) as Record<string, string>),
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_DATA_HOME: path.join(home, '.local', 'share'),
      ...(options.renderer === undefined ? {} : { WORKBENCH_RENDERER: options.renderer }),
    },
  });
}

/** A start takes half a second; of the old Electron's one in twenty never answers the debugger, twice in a row now and then. */
const startMs = 15_000;
const mostStarts = 4;

async function launchPatiently(
  options: NonNullable<Parameters<typeof _electron.launch>[0]>,
): Promise<ElectronApplication> {
  for (let start = 1; ; start += 1) {
    try {
      return await _electron.launch({ ...options, timeout: startMs });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || start === mostStarts) throw error;
      process.stderr.write(`Electron did not answer start ${start}; it is started once more.\n`);
    }
  }
}

/** Two specs may start at once: what one reads must never be half of what the other writes. */
function writeWhole(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

function pointToApplication(folder: string): void {
  const place = path.join(folder, 'resources', 'app');
  mkdirSync(place, { recursive: true });
  const manifest = { name: 'stratmaster-workbench', version: '0.1.0', main: 'main.cjs' };
  writeWhole(path.join(place, 'package.json'), JSON.stringify(manifest));
  const bundle = path.join(root, 'dist', 'electron', 'main.cjs');
  writeWhole(path.join(place, 'main.cjs'), `require(${JSON.stringify(bundle)});\n`);
}
