import { existsSync } from 'node:fs';
import { runChild } from '../child.ts';
import { findProgram } from '../find-program.ts';
import { installSystemPackages } from './system-packages.ts';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Path of a Chromium that the end-to-end tests can drive: the one named by WORKBENCH_BROWSER, one that is installed,
 * one from the system's packages, or Playwright's own download. Undefined where none can be had.
 */
export async function ensureBrowser(): Promise<string | undefined> {
  const named = process.env['WORKBENCH_BROWSER'];
  if (named !== undefined && existsSync(named)) return named;
  const installed = findProgram(NAMES);
  if (installed !== undefined) return installed;
  if (await installSystemPackages(['chromium', 'fonts-liberation'])) return findProgram(NAMES);
  return await playwrightBrowser();
}

async function playwrightBrowser(): Promise<string | undefined> {
  const { chromium } = await import('playwright');
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  await runChild(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'], {
    milliseconds: 180_000,
    output: 'capture',
  });
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}
