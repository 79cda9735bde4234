import { BookLock, Check, Cpu, Lock, LockOpen, ScanSearch, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Status } from '../../preload/contract/governance.ts';
import { useCache } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { DecisionsItem, SyncStatusItem } from '../features/sync/sync-status.tsx';
import { app } from '../messages/app.ts';
import { Icon } from '../ui/icon.tsx';
import { useIsWritable } from '../ui/writes.tsx';
import { OpenLevel } from './open-level.tsx';

/** The state of everything, as the host tells it: asked once, then heard. */
export function useStatus(): Status | undefined {
  const { host } = useCache();
  const [status, setStatus] = useState<Status>();
  useEffect(() => {
    let gone = false;
    void host.client.diagnostics.status().then(
      (now) => {
        if (!gone) setStatus(now);
      },
      () => undefined,
    );
    const stop = host.onEvent((event) => {
      if (event.kind === 'status') setStatus(event.status);
    });
    return () => {
      gone = true;
      stop();
    };
  }, [host]);
  return status;
}

/** Saved and online on the left; passages, model and encryption on the right. */
export function StatusBar({ onShortcuts }: { onShortcuts: () => void }) {
  const { host } = useCache();
  const state = useStore(host.state as Parameters<typeof useStore<'connecting' | 'open' | 'lost'>>[0]);
  const status = useStatus();
  const isWritable = useIsWritable();
  const { done, total } = status?.indexed ?? { done: 0, total: 0 };
  return (
    <footer className="status-bar" aria-label={app.status} role="status">
      <span className="status-item">
        <Icon of={isWritable ? Check : BookLock} size="small" />
        {state !== 'open' ? app.connecting : isWritable ? app.saved : app.onlyRead}
      </span>
      {status?.online === false ? (
        <span className="status-item">
          <Icon of={WifiOff} size="small" />
          {app.offline}
        </span>
      ) : null}
      {isWritable ? (
        <>
          <DecisionsItem />
          <SyncStatusItem />
        </>
      ) : null}
      <span className="status-push" />
      {total === 0 || status?.modelPlace === 'none' ? null : (
        <a className="status-item" href="#/activity">
          <Icon of={ScanSearch} size="small" />
          {done >= total ? app.indexed : app.indexing(done, total)}
        </a>
      )}
      {status === undefined ? null : (
        <a className="status-item long" href="#/settings/model" title={status.modelSentence}>
          <Icon of={Cpu} size="small" />
          <span className="cut">{withoutStop(status.modelSentence)}</span>
        </a>
      )}
      {status === undefined ? null : (
        <a className="status-item" href="#/settings/encryption">
          <Icon of={status.encrypted ? Lock : LockOpen} size="small" />
          {status.encrypted ? app.encrypted : app.notEncrypted}
        </a>
      )}
      <OpenLevel />
      <button type="button" className="status-item" onClick={onShortcuts}>
        <kbd aria-hidden>?</kbd>
        {app.shortcuts}
      </button>
    </footer>
  );
}

/** The bar's items are phrases beside each other, none of which ends. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
