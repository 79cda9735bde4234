import { runChild } from './child.ts';
import { runBuild } from './build/build.ts';

/** `npm run package [-- electron-builder options]`: builds everything, then the installers of this platform. */
async function main(args: readonly string[]): Promise<number> {
  if (!(await runBuild('renderer')) || !(await runBuild('electron'))) return 1;
  const result = await runChild(
    process.execPath,
    [
      'node_modules/electron-builder/cli.js',
      '--config',
      'electron-builder.yml',
      '--publish',
      'never',
      ...args,
    ],
    { milliseconds: 1_800_000, output: 'inherit' },
  );
  return result.code ?? 1;
}

process.exitCode = await main(process.argv.slice(2));
