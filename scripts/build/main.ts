import { runBuild } from './build.ts';

/** `npm run build`: the renderer and the Electron shell, each only when stale. */
async function main(): Promise<number> {
  const renderer = await runBuild('renderer');
  const electron = await runBuild('electron');
  return renderer && electron ? 0 : 1;
}

process.exitCode = await main();
