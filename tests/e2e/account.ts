import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

/** Lines of a host's log that tell of a failure. */
const loggedLines = 40;
/** A window that hangs is left with what is known of it. */
const lookMs = 5_000;

/** What a window that failed a test shows, what has the focus in it, and the end of its host's log. */
export async function accountOf(page: Page, workspace: string): Promise<string> {
  const limit = { timeout: lookMs };
  const shown = await page
    .locator('body')
    .innerText(limit)
    .catch((error: unknown) => String(error));
  const focused = await page
    .locator(':focus')
    .ariaSnapshot(limit)
    .catch(() => 'nothing');
  const log = path.join(workspace, 'logs', 'host.jsonl');
  const logged = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-loggedLines) : [];
  return [
    `== ${path.basename(workspace)} at ${page.url()}`,
    shown,
    `The focus is on: ${focused.split('\n', 1)[0]}`,
    ...logged,
  ].join('\n');
}
