import { attempt } from './attempt.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import { app } from '../messages/app.ts';
import { commandName } from '../messages/commands.ts';
import { showToast } from '../ui/toasts.tsx';

/** The step back or forward as keys, menus and notices offer it. A refusal is said where it happens. */
export function stepCommand(
  client: HostClient,
  direction: 'undo' | 'redo',
): { title: string; keys: string; writes: true; run: () => void } {
  return {
    title: app[direction],
    writes: true,
    keys: direction === 'undo' ? '$mod+z' : '$mod+Shift+z',
    run: () => void attempt(() => stepBack(client, direction)),
  };
}

/** Undoes or redoes one step and says what it was, and what it left alone. */
async function stepBack(client: HostClient, direction: 'undo' | 'redo'): Promise<void> {
  const outcome = await client.edits[direction]();
  if (outcome.command === null) {
    showToast({ text: app.nothingToUndo });
    return;
  }
  showToast({ text: sayStep(direction, outcome.command, outcome.skipped.length) });
}

/** What a step undid or redid, and how much it left alone. */
export function sayStep(direction: 'undo' | 'redo', command: string, skipped: number): string {
  const name = commandName(command);
  const said = direction === 'undo' ? app.undone(name) : app.redone(name);
  return skipped === 0 ? said : said + app.skipped(skipped);
}
