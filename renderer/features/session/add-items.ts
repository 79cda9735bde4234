import type { HostClient } from '../../../preload/contract/contract.ts';
import { bridge } from '../../data/bridge.ts';
import { uploadFile } from '../../data/upload.ts';

/** What was dropped, pasted or picked. */
export interface Dropped {
  readonly files: readonly File[];
  readonly urls: readonly string[];
  readonly texts: readonly string[];
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return new Promise((resolve, reject) =>
      (entry as FileSystemFileEntry).file((file) => resolve([file]), reject),
    );
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return found;
    for (const each of batch) found.push(...(await filesOf(each)));
  }
}

/** Everything in a drop or a paste; folders are walked. */
export async function droppedItems(data: DataTransfer): Promise<Dropped> {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const picked = entries.length === 0 ? [...data.files] : [];
  const text = data.getData('text/uri-list') || data.getData('text/plain');
  const files = [...picked, ...(await Promise.all(entries.map(filesOf))).flat()];
  if (files.length > 0 || text.trim() === '') return { files, urls: [], texts: [] };
  const isAddress = /^https?:\/\/\S+$/.test(text.trim());
  return { files, urls: isAddress ? [text.trim()] : [], texts: isAddress ? [] : [text] };
}

/** Adds what was dropped to a session, or to the Inbox; answers with how many items that are. */
export async function addItems(
  client: HostClient,
  sessionId: string | null,
  dropped: Dropped,
): Promise<number> {
  const shell = bridge();
  const paths: string[] = [];
  const uploads: string[] = [];
  for (const file of dropped.files) {
    const path = shell?.pathForFile?.(file) ?? '';
    if (path === '') uploads.push(await uploadFile(client, file.name, file));
    else paths.push(path);
  }
  const texts = dropped.texts.map((text) => ({ text }));
  const { items } = await client.capture.add({
    ...(sessionId === null ? {} : { sessionId }),
    paths,
    uploads,
    urls: [...dropped.urls],
    texts,
  });
  return items;
}
