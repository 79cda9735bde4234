import type { ClaimLink, ClaimSource } from '../../../preload/contract/argument.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
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
    verb: stepCommand(client, 'undo'),
  });
}

/** The same for a drop, whose failures have no dialog to stand in. */
export async function dropSources(...given: Parameters<typeof linkSources>): Promise<void> {
  await attempt(linkSources(...given));
}
