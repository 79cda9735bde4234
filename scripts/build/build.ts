import path from 'node:path';
import { runChild } from '../child.ts';
import { projectRoot } from '../project-root.ts';
import { isStale, markFresh } from './staleness.ts';

interface Build {
  /** Files and folders that the result depends on. */
  readonly inputs: readonly string[];
  /** Folder of the result. */
  readonly output: string;
  /** One Vite run for each list of arguments. */
  readonly runs: readonly (readonly string[])[];
  readonly env: Readonly<Record<string, string>>;
}

const RENDERER_INPUTS = [
  'renderer',
  'preload/contract',
  'db/catalogue',
  'vite.config.ts',
  'package-lock.json',
];

/** What there is to build. The Chrome 108 renderer serves the old Electron of the tests. */
const BUILDS = {
  renderer: { inputs: RENDERER_INPUTS, output: 'dist/renderer', runs: [['build']], env: {} },
  'renderer-chrome108': {
    inputs: RENDERER_INPUTS,
    output: 'dist/renderer-chrome108',
    runs: [['build', '--outDir', path.join(projectRoot, 'dist', 'renderer-chrome108')]],
    env: { WORKBENCH_RENDERER_TARGET: 'chrome108' },
  },
  electron: {
    inputs: [
      'main/electron',
      'main/host',
      'preload',
      'sync/protocol',
      'db/catalogue',
      'vite.electron.config.ts',
      'package-lock.json',
    ],
    output: 'dist/electron',
    runs: [
      ['build', '--config', 'vite.electron.config.ts', '--mode', 'main'],
      ['build', '--config', 'vite.electron.config.ts', '--mode', 'preload'],
    ],
    env: {},
  },
} as const satisfies Record<string, Build>;

export type BuildName = keyof typeof BUILDS;

/** Builds one part if its inputs changed since it was last built. False when the build failed; it then says why. */
export async function runBuild(name: BuildName): Promise<boolean> {
  const build: Build = BUILDS[name];
  if (!isStale(projectRoot, build.output, build.inputs)) return true;
  process.stderr.write(`Building ${name} …\n`);
  for (const run of build.runs) {
    const result = await runChild(process.execPath, ['node_modules/vite/bin/vite.js', ...run], {
      env: { ...build.env, NODE_ENV: 'production' },
      milliseconds: 240_000,
      output: 'capture',
    });
    if (result.code !== 0) {
      process.stderr.write(`${result.output}\nThe build of ${name} failed.\n`);
      return false;
    }
  }
  markFresh(projectRoot, build.output, build.inputs);
  return true;
}
