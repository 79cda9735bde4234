import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Segments } from '../../ui/fields.tsx';

/** What sync does on battery and over metered networks, what it holds back just now, and the person's choice. */
export function Sparing({ status: { sparing, files } }: { status: SyncStatus }) {
  const cache = useCache();
  const choice = useQuery(queries.settings).data?.syncWhenSparing;
  if (choice === undefined) return null;
  const set = async (syncWhenSparing: typeof choice): Promise<void> => {
    await attempt(cache.host.client.settings.set({ syncWhenSparing }));
    cache.invalidate(new Set(['settings']));
  };
  return (
    <section className="section sync-part" aria-labelledby="sparing">
      <h2 className="section-title" id="sparing">
        {syncWords.sparingTitle}
      </h2>
      <p className="dim">{syncWords.sparingLead}</p>
      <Segments
        label={syncWords.sparingTitle}
        choices={syncWords.sparingChoices}
        value={choice}
        onChange={(next) => void set(next)}
      />
      {sparing === null ? null : (
        <p className="note" role="status">
          {syncWords.sparing[sparing]} {syncWords.held(files)}
        </p>
      )}
    </section>
  );
}
