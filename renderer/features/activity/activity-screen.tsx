import { useCallback, useEffect, useState } from 'react';
import type { Activity } from '../../../preload/contract/capture.ts';
import { useCache } from '../../data/query.ts';
import { activityWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/marks.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useItems } from '../session/work-bar.tsx';

function useActivity(): { activity: Activity | undefined; act: (call: Promise<Activity>) => void } {
  const { host } = useCache();
  const [activity, setActivity] = useState<Activity>();
  useEffect(() => {
    void host.client.activity.summary().then(setActivity, () => undefined);
    return host.onEvent((event) => {
      if (event.kind === 'activity') setActivity(event.activity);
    });
  }, [host]);
  const act = useCallback((call: Promise<Activity>) => void call.then(setActivity, () => undefined), []);
  return { activity, act };
}

/** All work that goes on by itself: as a whole, and each item with its reason where it failed. */
export default function ActivityScreen() {
  const { host } = useCache();
  const { activity, act } = useActivity();
  const items = useItems();
  const client = host.client.activity;
  const groups = activity?.groups ?? [];
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head row">
        <h1 className="grow">{activityWords.title}</h1>
        <Button onPress={() => act(client.clearFinished())}>{activityWords.clear}</Button>
      </header>
      {groups.length === 0 && items.length === 0 ? <EmptyState title={activityWords.none} /> : null}
      <div className="scroll" role="region" aria-label={activityWords.title} tabIndex={0}>
        {groups.map((group) => (
          <section key={group.id} className="section" aria-label={group.title}>
            <div className="row">
              <h2 className="name grow">{group.title}</h2>
              <span className="num">{activityWords.counts(group.done, group.total)}</span>
              {group.state === 'paused' ? (
                <Button onPress={() => act(client.resume({ group: group.id }))}>
                  {activityWords.resume}
                </Button>
              ) : group.state === 'running' ? (
                <Button onPress={() => act(client.pause({ group: group.id }))}>{activityWords.pause}</Button>
              ) : null}
            </div>
            <Progress label={group.title} value={group.total === 0 ? 0 : group.done / group.total} />
            <p className="note">{group.sentence}</p>
          </section>
        ))}
        {items.map((item) => (
          <div key={item.id} className={item.state === 'failed' ? 'work-row attention' : 'work-row'}>
            <span className="lead cut">{item.name}</span>
            <span className="grow cut">{item.error?.message ?? item.sentence}</span>
            {item.state === 'failed' ? (
              <Button onPress={() => act(client.retry({ itemIds: [item.id] }))}>{activityWords.retry}</Button>
            ) : item.state === 'queued' ||
              item.state === 'reading' ||
              item.state === 'waiting-for-network' ? (
              <Button look="bare" onPress={() => act(client.cancel({ itemIds: [item.id] }))}>
                {activityWords.cancel}
              </Button>
            ) : null}
          </div>
        ))}
      </div>
    </main>
  );
}
