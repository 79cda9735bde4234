import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findElectron } from '../electron/electron-binary.ts';
import { runBuild } from '../build/build.ts';
import { runChild } from '../child.ts';
import { lintSteps, presentFolders } from '../lint/steps.ts';
import { projectRoot } from '../project-root.ts';
import { ensureBrowser } from './browser.ts';
import { openDisplay } from './display.ts';
import { crashed, lacking, tallyPlaywright, tallyVitest, type Tally } from './tally.ts';

const MINUTE = 60_000;
const REPORTS = path.join(projectRoot, '.cache', 'test');

/** The checks of `npm run lint`, one test each. */
export async function lintSuite(): Promise<Tally> {
  let passed = 0;
  let failed = 0;
  for (const step of lintSteps(presentFolders())) {
    const result = await runChild(process.execPath, step.command, {
      milliseconds: 3 * MINUTE,
      output: 'capture',
    });
    if (result.code === 0) {
      passed += 1;
    } else {
      failed += 1;
      process.stdout.write(`lint: ${step.name} fails\n${result.output}\n`);
    }
  }
  return { suite: 'lint', passed, failed, skipped: 0 };
}

/** Unit, contract, migration, simulation and integration tests. */
export async function vitestSuite(): Promise<Tally> {
  const file = reportFile('vitest.json');
  const result = await runChild(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { milliseconds: 30 * MINUTE, output: 'inherit' },
  );
  return tallyVitest('vitest', readReport(file), result.code);
}

/** End-to-end tests in a real browser. */
export async function browserSuite(): Promise<Tally> {
  const browser = await ensureBrowser();
  if (browser === undefined) {
    return lacking('browser', 'a Chromium, and neither apt-get nor a download could bring one');
  }
  if (!(await runBuild('renderer'))) return crashed('browser');
  return await playwright('browser', { WORKBENCH_BROWSER: browser });
}

/** The same journeys, and the shell's own promises, in Electron on a virtual screen. */
export async function electronSuite(): Promise<Tally> {
  const electron = await findElectron();
  if (electron === undefined) return lacking('electron', 'an Electron binary, and none could be fetched');
  const display = await openDisplay();
  if (display === undefined)
    return lacking('electron', 'Xvfb, a virtual screen, which could not be installed');
  try {
    if (!(await runBuild('electron'))) return crashed('electron');
    if (!(await runBuild(electron.current ? 'renderer' : 'renderer-chrome108'))) return crashed('electron');
    process.stdout.write(
      `Electron ${electron.version}${electron.current ? '' : ', an old one for tests only'}\n`,
    );
    return await playwright('electron', {
      WORKBENCH_ELECTRON: electron.executable,
      WORKBENCH_RENDERER: path.join(
        projectRoot,
        'dist',
        electron.current ? 'renderer' : 'renderer-chrome108',
      ),
      ...(display.name === '' ? {} : { DISPLAY: display.name }),
    });
  } finally {
    display.close();
  }
}

async function playwright(project: string, env: Readonly<Record<string, string>>): Promise<Tally> {
  const file = reportFile(`${project}.json`);
  const result = await runChild(
    process.execPath,
    [
      'node_modules/@playwright/test/cli.js',
      'test',
      `--project=${project}`,
      // Two desktop shells at once fight over the one virtual screen.
      ...(project === 'electron' ? ['--workers=1'] : []),
    ],
    { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file }, milliseconds: 30 * MINUTE, output: 'inherit' },
  );
  return tallyPlaywright(project, readReport(file), result.code);
}

function reportFile(name: string): string {
  mkdirSync(REPORTS, { recursive: true });
  const file = path.join(REPORTS, name);
  rmSync(file, { force: true });
  return file;
}

function readReport(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
