import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Segments } from '../../ui/fields.tsx';
import { useAction } from './use-action.ts';

function choices<T extends string>(named: Readonly<Record<T, string>>) {
  return (Object.keys(named) as T[]).map((id) => ({ id, title: named[id] }));
}

/** Theme, contrast and motion; each follows the system unless it is set. */
export function Appearance() {
  const client = useClient();
  const settings = useQuery(queries.settings).data;
  const { run } = useAction('settings');
  if (settings === undefined) return null;
  const set = (change: Partial<typeof settings>) => run(() => client.settings.set(change));
  return (
    <div className="form section">
      <p className="form-label">{settingsWords.theme}</p>
      <Segments
        label={settingsWords.theme}
        choices={choices(settingsWords.themes)}
        value={settings.theme}
        onChange={(theme) => set({ theme })}
      />
      <p className="form-label">{settingsWords.contrast}</p>
      <Segments
        label={settingsWords.contrast}
        choices={choices(settingsWords.contrasts)}
        value={settings.contrast}
        onChange={(contrast) => set({ contrast })}
      />
      <p className="form-label">{settingsWords.motion}</p>
      <Segments
        label={settingsWords.motion}
        choices={choices(settingsWords.motions)}
        value={settings.reducedMotion}
        onChange={(reducedMotion) => set({ reducedMotion })}
      />
    </div>
  );
}
