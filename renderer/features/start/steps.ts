import type { HostClient } from '../../../preload/contract/contract.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';

/** The first steps in their order. */
export const steps = ['document', 'passage', 'quote', 'claim', 'export'] as const;
export type Step = (typeof steps)[number];

/** Which steps were taken, as the workspace itself tells; null while that is not known, or where nobody wants to see them. */
export function useSteps(): ReadonlySet<Step> | null {
  const taken = useQuery(queries.started).data;
  const settings = useQuery(queries.settings).data;
  if (taken === undefined || settings === undefined || settings.startDismissed) return null;
  return new Set(steps.filter((step) => (step === 'passage' ? settings.passageFound : taken[step])));
}

/** Remembers that a passage was found and opened: no row of the workspace tells that. One that is only read remembers nothing. */
export async function notePassageFound(client: HostClient): Promise<boolean> {
  const { passageFound } = await client.settings.get();
  if (passageFound) return false;
  return client.settings.set({ passageFound: true }).then(
    () => true,
    () => false,
  );
}
