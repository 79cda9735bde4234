import type { HostClient } from '../../../preload/contract/contract.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
import { importWords } from '../../messages/export.ts';
import { showToast } from '../../ui/toasts.tsx';

/** Asks for the folder of an exported session's notes, and takes it back. */
export function importNotesFolder(client: HostClient): void {
  const picker = document.createElement('input');
  picker.type = 'file';
  picker.webkitdirectory = true;
  picker.addEventListener('change', () => void takeNotes(client, [...(picker.files ?? [])]));
  picker.click();
}

/** Takes notes of an exported session back, from their files or from an archive, and says what came of it. */
export async function takeNotes(client: HostClient, files: readonly File[]): Promise<void> {
  await attempt(async () => {
    const read = await Promise.all(files.map(readNotes));
    const { edited, claims, links, problems } = await client.imports.notes({ files: read.flat() });
    const [first] = problems;
    const left =
      first === undefined ? [] : [importWords.left(first.path, first.sentence, problems.length - 1)];
    const undo = stepCommand(client, 'undo');
    showToast({
      text: [importWords.notes(edited, claims, links), ...left].join(' '),
      ...(edited + claims + links > 0 ? { verb: undo } : {}),
    });
  });
}

async function readNotes(file: File): Promise<{ path: string; text: string }[]> {
  const path = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
  if (/\.md$/i.test(path)) return /(?:^|\/)\./.test(path) ? [] : [{ path, text: await file.text() }];
  if (!/\.zip$/i.test(path)) return [];
  const { unzipSync } = await import('fflate');
  const entries = unzipSync(new Uint8Array(await file.arrayBuffer()), {
    filter: ({ name }) => /\.md$/i.test(name),
  });
  const decoder = new TextDecoder();
  return Object.entries(entries).map(([name, words]) => ({ path: name, text: decoder.decode(words) }));
}
