import { spawn } from 'node:child_process';
import path from 'node:path';
import { runBuild } from '../build/build.ts';
import { findCurrentElectron } from '../electron/current-electron.ts';
import { projectRoot } from '../project-root.ts';
import { chooseMode, hasDisplay } from './choose-mode.ts';
import { parseStartOptions, type StartOptions } from './options.ts';

/** `npm start`: builds what is stale, chooses how to open, says so in one sentence, and opens. */
async function main(args: readonly string[]): Promise<void> {
  let options: StartOptions;
  try {
    options = parseStartOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write('Options: --workspace DIR, --browser, --port N, --no-open\n');
    process.exit(2);
  }
  const mode = await chooseMode({
    // A port, or no window, only makes sense in browser mode.
    browserAsked: options.browser || options.port !== undefined || !options.open,
    display: hasDisplay(process.platform, process.env),
    electron: async () => (await findCurrentElectron()) !== undefined,
  });
  const electron = mode.kind === 'electron' ? await findCurrentElectron() : undefined;
  const built = (await runBuild('renderer')) && (electron === undefined || (await runBuild('electron')));
  if (!built) process.exit(1);
  if (electron === undefined) openInBrowser(options, mode.because);
  else openInElectron(electron.executable, options, mode.because);
}

function openInElectron(executable: string, options: StartOptions, because: string): void {
  process.stdout.write(`The Workbench opens ${because}.\n`);
  const workspace = options.workspace === undefined ? [] : ['--workspace', path.resolve(options.workspace)];
  stayWith(spawn(executable, [projectRoot, ...workspace], { stdio: 'inherit' }));
}

/** The command prints its address as its first line; the sentence around it is ours. */
function openInBrowser(options: StartOptions, because: string): void {
  const args = [
    path.join(projectRoot, 'main', 'cli', 'index.ts'),
    ...(options.workspace === undefined ? [] : ['--workspace', options.workspace]),
    'serve',
    ...(options.port === undefined ? [] : ['--port', options.port]),
    ...(options.open ? [] : ['--no-open']),
  ];
  const host = spawn(process.execPath, args, { stdio: ['inherit', 'pipe', 'inherit'] });
  let said = false;
  host.stdout.on('data', (part: Buffer) => {
    const text = part.toString('utf8');
    process.stdout.write(said ? text : `The Workbench opens in the browser, ${because}: ${text}`);
    said = true;
  });
  stayWith(host);
}

function stayWith(child: ReturnType<typeof spawn>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The Workbench could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code ?? 0));
}

await main(process.argv.slice(2));
