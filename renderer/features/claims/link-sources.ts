import type { ClaimLink, ClaimSource } from '../../../preload/contract/argument.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { stepBack } from '../../app/undo.ts';
import { failureOf } from '../../data/failure.ts';
import { app } from '../../messages/app.ts';
import { claimWords } from '../../messages/claims.ts';
import { showToast } from '../../ui/toasts.tsx';

/** Lets documents or passages speak for a claim, or against it, and says so. Throws what the host refuses. */
export async function linkSources(
  client: HostClient,
  claimId: string,
  stance: ClaimLink['stance'],
  sources: readonly ClaimSource[],
): Promise<void> {
  await client.claims.linkAll({ claimId, stance, sources: [...sources] });
  showToast({
    text: claimWords.linked(sources.length, stance),
    verb: { title: app.undo, keys: '$mod+z', run: () => void stepBack(client, 'undo') },
  });
}

/** The same for a drop, whose failures have no dialog to stand in. */
export async function dropSources(...given: Parameters<typeof linkSources>): Promise<void> {
  try {
    await linkSources(...given);
  } catch (thrown) {
    showToast({ text: failureOf(thrown).message });
  }
}
