import { useCallback, useEffect, useState } from 'react';
import type { Activity, ActivityItem } from '../../../preload/contract/capture.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { groupBy } from '../../data/group-by.ts';
import { useCache } from '../../data/query.ts';
import { activityWords } from '../../messages/activity.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/marks.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useItems } from '../session/work-bar.tsx';

/** The work of the host, told as it moves on; `act` gives it a command and shows what came of it. */
export function useActivity(): {
  activity: Activity | undefined;
  act: (call: Promise<Activity>) => void;
} {
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

const parts = ['failed', 'running', 'finished'] as const;

function partOf({ state }: ActivityItem): (typeof parts)[number] {
  if (state === 'failed') return 'failed';
  return ['queued', 'waiting-for-network', 'reading', 'publishing'].includes(state) ? 'running' : 'finished';
}

/** Work that goes on by itself: as a whole, then what failed with its reason, what is under way, and what is done. */
export function WorkList() {
  const { host } = useCache();
  const { activity, act } = useActivity();
  const items = useItems();
  const client = host.client.activity;
  const groups = activity?.groups ?? [];
  const byPart = groupBy(items, partOf);
  if (activity !== undefined && groups.length === 0 && items.length === 0) {
    return <EmptyState title={activityWords.none}>{activityWords.noneHint}</EmptyState>;
  }
  return (
    <div className="scroll" role="region" aria-label={activityWords.work} tabIndex={0}>
      {groups.map((group) => (
        <section key={group.id} className="section" aria-label={group.title}>
          <div className="row">
            <h2 className="name grow">{group.title}</h2>
            <span className="num dim">{activityWords.counts(group.done, group.total)}</span>
            {group.state === 'paused' ? (
              <Button onPress={() => act(client.resume({ group: group.id }))}>{activityWords.resume}</Button>
            ) : group.state === 'running' ? (
              <Button onPress={() => act(client.pause({ group: group.id }))}>{activityWords.pause}</Button>
            ) : null}
          </div>
          {group.state === 'finished' ? null : (
            <Progress label={group.title} value={group.total === 0 ? 0 : group.done / group.total} />
          )}
          <p className="note">{group.sentence}</p>
        </section>
      ))}
      {parts.map((part) => {
        const of = byPart.get(part) ?? [];
        return of.length === 0 ? null : (
          <section key={part} aria-label={activityWords.parts[part]}>
            <div className="work-head">
              <h2 className="grow">
                {activityWords.parts[part]} <span className="num dimmer">{of.length}</span>
              </h2>
              {part === 'failed' ? (
                <Button onPress={() => act(client.retry({ itemIds: of.map(({ id }) => id) }))}>
                  {activityWords.retryAll}
                </Button>
              ) : part === 'finished' ? (
                <Button look="bare" onPress={() => act(client.clearFinished())}>
                  {activityWords.clear}
                </Button>
              ) : null}
            </div>
            <ul>
              {of.map((item) => (
                <WorkItem key={item.id} item={item} part={part} act={act} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function WorkItem({
  item,
  part,
  act,
}: {
  item: ActivityItem;
  part: (typeof parts)[number];
  act: (call: Promise<Activity>) => void;
}) {
  const { host } = useCache();
  const client = host.client.activity;
  return (
    <li className={part === 'failed' ? 'work-item attention' : 'work-item'}>
      <span className="work-name cut" title={item.path ?? item.name}>
        {item.evidenceId === null ? (
          item.name
        ) : (
          <PlaceLink className="link" address={`read/${item.evidenceId}`}>
            {item.name}
          </PlaceLink>
        )}
      </span>
      {part === 'running' ? <Progress label={item.name} value={item.progress} /> : null}
      <span className="grow cut" title={item.error?.message ?? item.sentence}>
        {item.error?.message ?? item.sentence}
      </span>
      {part === 'failed' ? (
        <Button onPress={() => act(client.retry({ itemIds: [item.id] }))}>{activityWords.retry}</Button>
      ) : part === 'running' && item.state !== 'publishing' ? (
        <Button look="bare" onPress={() => act(client.cancel({ itemIds: [item.id] }))}>
          {activityWords.cancel}
        </Button>
      ) : null}
    </li>
  );
}
