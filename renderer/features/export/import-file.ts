import type { HostClient } from '../../../preload/contract/contract.ts';
import { failureOf } from '../../data/failure.ts';
import { importWords } from '../../messages/export.ts';
import { showToast } from '../../ui/toasts.tsx';

/** Most bytes of a file that is read into this window. */
const mostBytes = 256 * 1024 * 1024;

/** Asks for a file that was exported, a session or annotations, takes it back, and says what came of it. */
export function importExported(client: HostClient): void {
  const picker = document.createElement('input');
  picker.type = 'file';
  picker.accept = '.json,.jsonld,application/json,application/ld+json';
  picker.addEventListener('change', () => {
    const file = picker.files?.[0];
    if (file !== undefined) void take(client, file);
  });
  picker.click();
}

async function take(client: HostClient, file: File): Promise<void> {
  if (file.size > mostBytes) {
    showToast({ text: importWords.tooLarge });
    return;
  }
  try {
    const text = await file.text();
    const imported = /"AnnotationCollection"/.test(text.slice(0, 4000))
      ? await client.imports.annotations({ text })
      : await client.imports.session({ text });
    showToast({ text: imported.sentence });
  } catch (thrown) {
    showToast({ text: failureOf(thrown).message });
  }
}
