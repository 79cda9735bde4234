import type { HostClient } from '../../../preload/contract/contract.ts';
import type { ReferenceFormat } from '../../../preload/contract/references.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
import { bridge } from '../../data/bridge.ts';
import { referenceWords as words } from '../../messages/references.ts';
import { showToast } from '../../ui/toasts.tsx';
import { download } from '../export/download.ts';

/** What could not be read in a file. */
export type Unread = Awaited<ReturnType<HostClient['references']['import']>>['problems'];

/** Takes files of references into the library, each one step for undo. Answers with what could not be read. */
export async function importReferenceFiles(client: HostClient, files: readonly File[]): Promise<Unread> {
  const unread: Unread = [];
  const counts = { added: 0, changed: 0, unchanged: 0 };
  await attempt(async () => {
    for (const file of files) {
      const { items, problems } = await client.references.import({ text: decode(await file.arrayBuffer()) });
      for (const { status } of items) counts[status] += 1;
      unread.push(...problems);
    }
    const undo = stepCommand(client, 'undo');
    const isOneStep = files.length === 1 && counts.added + counts.changed > 0;
    showToast({
      text: words.imported(counts.added, counts.changed, counts.unchanged, unread.length),
      ...(isOneStep ? { verb: undo } : {}),
    });
  });
  return unread;
}

/** UTF-8, or else the code page that old reference managers wrote. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const extensions: Readonly<Record<ReferenceFormat, string>> = {
  bibtex: 'bib',
  ris: 'ris',
  'csl-json': 'json',
};

/** Hands items out as a file: those chosen, or the whole library. */
export async function exportReferences(
  client: HostClient,
  format: ReferenceFormat,
  ids: readonly string[],
): Promise<void> {
  await attempt(async () => {
    const out = await bridge()?.chooseNewFile?.(`references.${extensions[format]}`);
    if (out === null) return;
    const { file, name, data, withheld } = await client.references.export({
      format,
      ...(ids.length === 0 ? {} : { ids: [...ids] }),
      ...(out === undefined ? {} : { out }),
    });
    if (data !== null) download(name, new Blob([await data.arrayBuffer()], { type: data.type }));
    const kept = withheld === 0 ? [] : [words.withheld(withheld)];
    showToast({ text: [words.exported(file ?? name), ...kept].join(' ') });
  });
}

/** Gives documents the items by which they are cited. */
export async function citeEvidence(client: HostClient, evidenceIds: readonly string[]): Promise<void> {
  await attempt(async () => {
    const made = await client.references.fromEvidence({ evidenceIds: [...evidenceIds] });
    const isNew = made.some(({ status }) => status !== 'unchanged');
    const undo = stepCommand(client, 'undo');
    showToast({ text: words.cited(made.map(({ key }) => key)), ...(isNew ? { verb: undo } : {}) });
  });
}
