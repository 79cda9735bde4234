import type { HostClient } from '../../../preload/contract/contract.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
import { markWords } from '../../messages/reader.ts';
import { showToast } from '../../ui/toasts.tsx';

/** Reads the file of a document again, and says what became of its marks. */
export async function readFileAgain(client: HostClient, evidenceId: string): Promise<void> {
  await attempt(async () => {
    const { state, moved, orphans } = await client.documents.readAgain({ evidenceId });
    if (state === 'unchanged') showToast({ text: markWords.unchanged });
    else {
      const verb = stepCommand(client, 'undo');
      showToast({ text: markWords.readAgainDone(moved, orphans), verb });
    }
  });
}
