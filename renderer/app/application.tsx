import { useEffect } from 'react';
import { queries } from '../data/queries.ts';
import { useQuery } from '../data/query.ts';
import { RecoveryKeyHost } from '../features/welcome/recovery.tsx';
import { Unlock } from '../features/welcome/unlock.tsx';
import { Welcome } from '../features/welcome/welcome.tsx';
import { app } from '../messages/app.ts';
import { ErrorNotice, Waiting } from '../ui/states.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { WritableContext } from '../ui/writes.tsx';
import { singleKeys } from './commands.ts';
import { usePlacesOf } from './open-workspace.ts';
import { Shell } from './shell.tsx';

function useAppearance(): void {
  const settings = useQuery(queries.settings).data;
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (settings === undefined) return;
    if (settings.theme === 'system') delete dataset['theme'];
    else dataset['theme'] = settings.theme;
    if (settings.contrast === 'system') delete dataset['contrast'];
    else dataset['contrast'] = settings.contrast;
    if (settings.reducedMotion === 'reduce') dataset['motion'] = 'reduce';
    else delete dataset['motion'];
    dataset['density'] = settings.density;
    singleKeys.set(settings.singleKeys);
  }, [settings]);
}

/** What a window shows: the way in, or the shell of the open workspace. */
export function Application() {
  const { data: current, failure } = useQuery(queries.workspace);
  const isPlaced = usePlacesOf(current?.state === 'open' ? current.workspace?.path : undefined);
  useAppearance();
  if (current === undefined) {
    return failure === undefined ? (
      <Waiting>{app.connecting}</Waiting>
    ) : (
      <ErrorNotice message={failure.message} />
    );
  }
  return (
    <>
      {current.state === 'open' ? (
        <WritableContext value={current.readOnly === null}>{isPlaced ? <Shell /> : null}</WritableContext>
      ) : current.state === 'locked' ? (
        <Unlock current={current} />
      ) : (
        <Welcome current={current} />
      )}
      <RecoveryKeyHost />
      <Toasts />
    </>
  );
}
