import { useEffect, useState } from 'react';
import { places, replaceScreen } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { useStore } from '../../data/store.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Start } from '../start/start.tsx';
import { Writes } from '../../ui/writes.tsx';
import { CreateSession } from './create-session.tsx';
import { SessionList } from './session-list.tsx';

/** Leads to the session of the latest activity, or to the first one's making. */
export function SessionsScreen() {
  const sessions = useQuery(queries.sessions).data;
  const [creating, setCreating] = useState(false);
  const first = sessions?.[0]?.id;
  const shown = useStore(places);
  // Once more for each address that comes while this is shown: a second press may have taken back where the first one had led.
  useEffect(() => {
    if (first !== undefined) replaceScreen('sessions', `session/${first}`);
  }, [first, shown]);
  return (
    <>
      <SplitPanes
        id="sessions"
        list={<SessionList current={null} />}
        main={
          sessions?.length === 0 ? (
            <div className="screen overview">
              <EmptyState
                title={session.none}
                actions={
                  <Writes>
                    <Button onPress={() => setCreating(true)}>{session.create}</Button>
                  </Writes>
                }
              >
                {session.noneHint}
              </EmptyState>
              <Writes>
                <Start />
              </Writes>
            </div>
          ) : null
        }
      />
      {creating ? <CreateSession onClose={() => setCreating(false)} /> : null}
    </>
  );
}
