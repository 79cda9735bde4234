import { useEffect } from 'react';
import { canNotify, notify } from '../data/notify.ts';
import { queries } from '../data/queries.ts';
import { useCache, useQuery } from '../data/query.ts';
import { type Begun, followWork } from './finished-work.ts';

/** Tells of long work that ended while the window was hidden. Of nothing else, and never while somebody looks. */
export function useNotices(): void {
  const { host } = useCache();
  const notifies = useQuery(queries.settings).data?.notifies ?? false;
  useEffect(() => {
    let begun: Begun = new Map();
    return host.onEvent((event) => {
      if (event.kind !== 'activity') return;
      const followed = followWork(begun, event.activity.groups, performance.now());
      begun = followed.begun;
      if (!notifies || !document.hidden || canNotify() !== 'yes') return;
      for (const { title, sentence } of followed.ended) notify(title, sentence);
    });
  }, [host, notifies]);
}
