import { Cloud, CloudAlert, CloudOff, Laptop, RefreshCw } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { useCommands } from '../../app/commands.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { syncWords } from '../../messages/sync.ts';
import { Glyph } from '../../ui/glyphs.tsx';
import { momentText } from '../../ui/times.ts';
import { Icon } from '../../ui/icon.tsx';

const second = 1000;
const minute = 60_000;

/** The time, taken again each minute: ages are shown in minutes. Each second while something is `soon`. */
export function useNow(soon = false): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), soon ? second : minute);
    return () => clearInterval(timer);
  }, [soon]);
  return now;
}

const icons: Partial<Record<SyncStatus['state'], LucideIcon>> = {
  syncing: RefreshCw,
  offline: CloudOff,
  paused: CloudOff,
  idle: Cloud,
  off: Laptop,
};

/** One line on sync: how it stands, what waits and since when. */
export function syncSentence(status: SyncStatus, now: number): string {
  const { state, waiting, oldestUnsent, progress, failingSince, lastSync } = status;
  if (state === 'off' || state === 'choosing') return syncWords.states[state];
  if (state === 'syncing' && progress !== null) {
    const left = progress.secondsLeft === null ? '' : `, ${syncWords.left(progress.secondsLeft)}`;
    return `${syncWords.progress(progress)}${left}`;
  }
  const isAway = state === 'offline' && failingSince !== null;
  const standing = isAway ? syncWords.offlineSince(momentText(failingSince)) : syncWords.states[state];
  // What waits is not in sync yet, however short it waits.
  const parts = state === 'idle' && waiting > 0 ? [] : [standing];
  if (waiting > 0) {
    const since = oldestUnsent === null ? '' : syncWords.since(oldestUnsent, now);
    parts.push(`${syncWords.changes(waiting)}${since}`);
  } else if (state === 'idle' && lastSync !== null) parts.push(syncWords.last(lastSync, now));
  return parts.join('. ');
}

/** What can be said to sync from anywhere: go offline or online, sync now. None where no server is connected. */
export function useSyncCommands(): void {
  const client = useClient();
  const state = useQuery(queries.sync).data?.state;
  const isOn = state !== undefined && state !== 'off' && state !== 'choosing' && state !== 'signed-out';
  const isPaused = state === 'paused';
  useCommands(
    isOn
      ? [
          {
            id: 'sync-offline',
            title: isPaused ? syncWords.resume : syncWords.pause,
            run: () => void attempt(client.sync.pause({ paused: !isPaused })),
          },
          { id: 'sync-now', title: syncWords.now, run: () => void attempt(client.sync.now()) },
        ]
      : [],
  );
}

/** Sync in the status bar; it leads to the screen where a server is connected. */
export function SyncStatusItem() {
  const status = useQuery(queries.sync).data;
  const now = useNow();
  if (status === undefined) return null;
  return (
    <a className="status-item" href="#/sync">
      <Icon of={icons[status.state] ?? CloudAlert} size="small" />
      {status.waiting === 0 || status.state === 'off' ? null : <i className="unsent" aria-hidden />}
      {status.state === 'off' ? syncWords.alone : syncSentence(status, now)}
    </a>
  );
}

/** Decisions that wait for this person. */
export function waitingFor(status: SyncStatus | undefined): number {
  return status === undefined ? 0 : status.conflicts + status.notices + status.inbox;
}

/** Decisions that wait for this person, where there are any. */
export function DecisionsItem() {
  const status = useQuery(queries.sync).data;
  const waiting = waitingFor(status);
  return waiting === 0 ? null : (
    <a className="status-item" href="#/inbox">
      <Glyph name="contested" small />
      {inboxWords.waiting(waiting)}
    </a>
  );
}
