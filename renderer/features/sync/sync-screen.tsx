import { Pause, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Connect } from './connect.tsx';
import { syncParts } from './parts.tsx';
import { syncSentence, useNow } from './sync-status.tsx';
import { isTroubled, Trouble } from './trouble.tsx';

/** How this workspace and its server stand to each other, in parts that an address can name. */
export default function SyncScreen({ part }: { part: string | null }) {
  const { data: status, failure } = useQuery(queries.sync);
  return (
    <SplitPanes
      id="sync"
      main={
        status === undefined ? (
          <div className="screen">
            {failure === undefined ? (
              <Waiting>{syncWords.asking}</Waiting>
            ) : (
              <ErrorNotice message={failure.message} />
            )}
          </div>
        ) : (
          <div className="screen">
            <Head status={status} />
            {status.state === 'off' || status.state === 'choosing' ? (
              <Connect status={status} />
            ) : (
              <Parts status={status} part={part} />
            )}
          </div>
        )
      }
    />
  );
}

function Parts({ status, part }: { status: SyncStatus; part: string | null }) {
  const shown = syncParts.filter(({ isShown }) => isShown(status));
  const current = shown.find(({ id }) => id === part)?.id ?? shown[0]?.id ?? '';
  return (
    <Tabs
      label={syncWords.partsLabel}
      current={current}
      onChange={(id) => go(`sync/${id}`)}
      parts={shown.map(({ id, title, Content }) => ({ id, title, content: <Content status={status} /> }))}
    />
  );
}

function Head({ status }: { status: SyncStatus }) {
  const client = useClient();
  const now = useNow();
  const isOn = status.state !== 'off' && status.state !== 'choosing' && status.state !== 'signed-out';
  const isPaused = status.state === 'paused';
  // From the press on: that the cycle has begun is heard of a moment later.
  const [asked, setAsked] = useState(false);
  const syncNow = async (): Promise<void> => {
    setAsked(true);
    await attempt(client.sync.now());
    setAsked(false);
  };
  return (
    <header className="screen-head">
      <div className="row">
        <h1 className="grow">{syncWords.title}</h1>
        {isOn ? (
          <>
            <Button
              icon={isPaused ? Play : Pause}
              onPress={() => void attempt(client.sync.pause({ paused: !isPaused }))}
            >
              {isPaused ? syncWords.resume : syncWords.pause}
            </Button>
            <Button
              look="primary"
              icon={RefreshCw}
              disabled={asked || status.state === 'syncing' || isPaused}
              onPress={() => void syncNow()}
            >
              {syncWords.now}
            </Button>
          </>
        ) : null}
      </div>
      {isTroubled(status) ? (
        <Trouble status={status} />
      ) : (
        <p className="dim" role="status">
          {syncSentence(status, now)}
        </p>
      )}
    </header>
  );
}
