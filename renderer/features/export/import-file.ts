import type { HostClient } from '../../../preload/contract/contract.ts';
import { attempt } from '../../app/attempt.ts';
import { importWords } from '../../messages/export.ts';
import { showToast } from '../../ui/toasts.tsx';
import { importReferenceFiles } from '../library/reference-files.ts';
import { takeNotes } from './import-notes.ts';

/** Most bytes of files that are read into this window. */
const mostBytes = 256 * 1024 * 1024;

/** Asks for files that were exported: a session, annotations, references or notes. Takes them back, and says what came of it. */
export function importExported(client: HostClient): void {
  const picker = document.createElement('input');
  picker.type = 'file';
  picker.multiple = true;
  picker.accept = '.json,.jsonld,.bib,.bibtex,.ris,.zip,.md,application/json,application/ld+json';
  picker.addEventListener('change', () => void take(client, [...(picker.files ?? [])]));
  picker.click();
}

async function take(client: HostClient, files: readonly File[]): Promise<void> {
  if (files.reduce((sum, { size }) => sum + size, 0) > mostBytes) {
    showToast({ text: importWords.tooLarge });
    return;
  }
  const notes = files.filter(({ name }) => /\.(?:md|zip)$/i.test(name));
  if (notes.length > 0) await takeNotes(client, notes);
  for (const file of files) if (!notes.includes(file)) await takeFile(client, file);
}

async function takeFile(client: HostClient, file: File): Promise<void> {
  await attempt(async () => {
    const start = await file.slice(0, 4000).text();
    // A bibliography is BibTeX or RIS by its name, or a list of CSL items; sessions and annotations are objects.
    if (/\.(?:bib|bibtex|ris)$/i.test(file.name) || /^\s*\[/.test(start)) {
      await importReferenceFiles(client, [file]);
      return;
    }
    const text = await file.text();
    const imported = start.includes('"AnnotationCollection"')
      ? await client.imports.annotations({ text })
      : await client.imports.session({ text });
    showToast({ text: imported.sentence });
  });
}
