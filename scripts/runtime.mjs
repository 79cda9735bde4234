/**
 * The one place that knows where the project's own Node is. Plain JavaScript, because any Node >= 20 must be able
 * to read it before the bundled runtime, which runs TypeScript by itself, has been found or installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The first Node that strips types without a flag and runs the native modules. */
const OLDEST_MAJOR = 24;

/**
 * Path of a Node that can run the project: the bundled one, or the one that is running where it is new enough
 * (platforms for which no bundled runtime is published). Undefined when there is neither.
 */
export function findRuntime(root = projectRoot, running = process) {
  const windows = running.platform === 'win32';
  const executable = windows ? 'node.exe' : 'node';
  const platform = windows ? 'win' : running.platform;
  const bundled = path.join(root, 'node_modules', `node-${platform}-${running.arch}`, 'bin', executable);
  if (existsSync(bundled)) return bundled;
  const major = Number(running.versions.node.split('.')[0]);
  return major >= OLDEST_MAJOR ? running.execPath : undefined;
}

/**
 * Whether node_modules holds what package-lock.json names. npm leaves a lock of its own behind each installation;
 * a package that the lock marks optional may be absent (it is for another platform).
 */
export function installIsFresh(root = projectRoot) {
  const installedFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [place, entry] of Object.entries(wanted)) {
    if (place === '' || entry.optional === true) continue;
    if (installed[place]?.version !== entry.version) return false;
  }
  return findRuntime(root) !== undefined;
}

/** Runs `npm ci`, its words on stderr; true when it succeeded. */
export function install(root = projectRoot) {
  process.stderr.write('Installing the packages that the project names (npm ci) …\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return npm.status === 0;
}

/**
 * Flags of the Node that runs a command. A server's heap has a bound, in megabytes: without one Node lets garbage grow to a share of the
 * machine's memory before it collects. It has to be said at the start, and `server start` alone runs for long enough to need it.
 */
export function nodeFlags([group, command], env = process.env) {
  if (group !== 'server' || command !== 'start') return [];
  const megabytes = env.WORKBENCH_SERVER_MEMORY ?? '1024';
  if (!/^[1-9]\d{2,5}$/.test(megabytes)) {
    process.stderr.write(
      'WORKBENCH_SERVER_MEMORY has to be a number of megabytes, 100 at least. The server was not started.\n',
    );
    process.exit(2);
  }
  return [`--max-old-space-size=${megabytes}`];
}

/**
 * Runs a file under a Node, hands signals on, and ends this process as the child ended. Compiled code is kept
 * between runs, so that a second start does not parse the same sources again.
 */
export function replaceProcess(runtime, args, root = projectRoot) {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? path.join(root, 'node_modules', '.cache', 'compile'),
    // Terminals inside an editor leak this variable; with it, Electron would start as a plain Node.
    ELECTRON_RUN_AS_NODE: undefined,
  };
  const child = spawn(runtime, args, { stdio: 'inherit', env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The runtime at ${runtime} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}
