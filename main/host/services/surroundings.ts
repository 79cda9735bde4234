import type { Settings } from '../../../preload/contract/governance.ts';
import type { SyncStatus } from '../../../preload/contract/sync.ts';

/** What a window knows of the machine that it runs on. */
export interface Surroundings {
  readonly battery: boolean;
  readonly metered: boolean;
}

/** As good as it gets, and what is assumed where nobody says otherwise. */
export const plainSurroundings: Surroundings = { battery: false, metered: false };

/** Why background sync spares the machine now; null where it does not, or where the person wants it not to. */
export function sparingOf(
  { battery, metered }: Surroundings,
  wish: Settings['syncWhenSparing'],
): SyncStatus['sparing'] {
  if (wish === 'all') return null;
  return metered ? 'metered' : battery ? 'battery' : null;
}
