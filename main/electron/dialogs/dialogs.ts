import { basename } from 'node:path';
import type { BrowserWindow, Dialog } from 'electron';

/** Files that a person picked by the system's dialog; none when it was dismissed. */
export async function chooseFiles(
  dialog: Pick<Dialog, 'showOpenDialog'>,
  window: BrowserWindow,
): Promise<string[]> {
  const answer = await dialog.showOpenDialog(window, { properties: ['openFile', 'multiSelections'] });
  return answer.canceled ? [] : answer.filePaths;
}

/** A folder that a person picked or made, or null. */
export async function chooseFolder(
  dialog: Pick<Dialog, 'showOpenDialog'>,
  window: BrowserWindow,
): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] });
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

/** The path of a file that is to be written, of this name unless the person gives another; null where it was dismissed. */
export async function chooseNewFile(
  dialog: Pick<Dialog, 'showSaveDialog'>,
  window: BrowserWindow,
  name: string,
): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, { defaultPath: basename(name) });
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}
