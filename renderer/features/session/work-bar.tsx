import { useCallback, useEffect, useState } from 'react';
import type { ActivityItem } from '../../../preload/contract/capture.ts';
import { useCache } from '../../data/query.ts';
import { session } from '../../messages/session.ts';
import { Progress } from '../../ui/marks.tsx';

const settled = new Set(['added', 'duplicate', 'stored', 'cancelled']);

/** What is being added to a session now, and what needs a look; asked again whenever work moves on. */
export function useItems(sessionId?: string): readonly ActivityItem[] {
  const { host } = useCache();
  const [items, setItems] = useState<readonly ActivityItem[]>([]);
  const read = useCallback(() => {
    void host.client.activity
      .items(sessionId === undefined ? {} : { sessionId })
      .then(setItems, () => undefined);
  }, [host, sessionId]);
  useEffect(() => {
    read();
    return host.onEvent((event) => {
      if (event.kind === 'activity') read();
    });
  }, [host, read]);
  return items;
}

/** One line for the whole, and a row for each item that is under way or failed. */
export function WorkBar({ sessionId }: { sessionId: string }) {
  const items = useItems(sessionId);
  const open = items.filter((item) => !settled.has(item.state));
  const running = open.filter((item) => item.state !== 'failed');
  if (open.length === 0) return null;
  return (
    <>
      {running.length === 0 ? null : (
        <div className="work-bar" role="status">
          <span className="grow">{session.working(items.length - open.length, items.length)}</span>
          <a className="link" href="#/activity">
            {session.showAll}
          </a>
        </div>
      )}
      {open.slice(0, 5).map((item) => (
        <div key={item.id} className={item.state === 'failed' ? 'work-row attention' : 'work-row'}>
          <span className="lead cut">{item.name}</span>
          {item.state === 'failed' ? null : <Progress label={item.name} value={item.progress} />}
          <span className="sentence cut grow">{item.error?.message ?? item.sentence}</span>
        </div>
      ))}
    </>
  );
}
