import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { notWhatWasTold } from '../data/sync-account.ts';
import type { DataThreads } from '../data/threads.ts';
import type { SyncService } from './sync-service.ts';

/**
 * Takes the organisation's copy off this laptop by its person's word: signs out, and removes every row with its history, files and
 * backups of the workspace; what only this laptop has is given up. `givenUp`: how much that is, as the person was told; nothing happens where
 * it is another number by now.
 */
export async function removeCopy(
  { data, sync }: { readonly data: DataThreads; readonly sync: Pick<SyncService, 'signOut'> },
  { givenUp }: { readonly givenUp: number },
): Promise<{ readonly rows: number }> {
  const { principal } = await data.lists.call('sync.facts', undefined);
  if (principal === null) {
    throw new WorkbenchError(
      'not-allowed',
      'This workspace was never connected to a server, so this is not a copy. Nothing was removed.',
    );
  }
  const { onlyHere } = await data.lists.call('sync.unsent', undefined);
  if (onlyHere !== givenUp) throw notWhatWasTold(onlyHere);
  await sync.signOut();
  const { rows } = await data.writer.call('sync.wipe', { rule: 'by hand', told: givenUp });
  return { rows };
}
