import { Pause, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { ConflictList } from './conflict-list.tsx';
import { ConnectForm } from './connect-form.tsx';
import { InboxList } from './inbox-list.tsx';
import { Sharing } from './sharing.tsx';
import { syncSentence, useNow } from './sync-status.tsx';

/** Clocks that differ by more are worth a word. */
const toleratedOffset = 2 * 60_000;

/** How this workspace and its server stand to each other, and what a person has to decide. */
export default function SyncScreen() {
  const status = useQuery(queries.sync).data;
  const conflicts = useQuery(queries.conflicts).data ?? [];
  const inbox = useQuery(queries.inbox).data ?? [];
  const [part, setPart] = useState('conflicts');
  if (status === undefined) return null;
  const isConnected = status.state !== 'off';
  const main = (
    <div className="screen">
      <Head status={status} />
      {status.state === 'off' || status.state === 'signed-out' ? (
        <div className="scroll">
          <ConnectForm server={status.server} />
        </div>
      ) : (
        <Tabs
          label={syncWords.parts}
          current={part}
          onChange={setPart}
          parts={[
            {
              id: 'conflicts',
              title: syncWords.conflicts,
              count: String(conflicts.length),
              content: <ConflictList conflicts={conflicts} />,
            },
            {
              id: 'inbox',
              title: syncWords.inbox,
              count: String(inbox.length),
              content: <InboxList items={inbox} />,
            },
            { id: 'sharing', title: syncWords.sharing, content: <Sharing /> },
          ]}
        />
      )}
    </div>
  );
  return <SplitPanes id="sync" main={main} {...(isConnected ? { side: <Facts status={status} /> } : {})} />;
}

function Head({ status }: { status: SyncStatus }) {
  const client = useClient();
  const now = useNow();
  const isOn = status.state !== 'off' && status.state !== 'signed-out';
  const isPaused = status.state === 'paused';
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
              disabled={status.state === 'syncing'}
              onPress={() => void attempt(client.sync.now())}
            >
              {syncWords.now}
            </Button>
          </>
        ) : null}
      </div>
      <p className="dim" role="status">
        {syncSentence(status, now)}
      </p>
      {status.sentence === '' ? null : <ErrorNotice message={status.sentence} />}
    </header>
  );
}

function Facts({ status }: { status: SyncStatus }) {
  const client = useClient();
  const { server, tenant, person, role, policyVersion, clockOffset } = status;
  const signOut = async (): Promise<void> => {
    try {
      const { waiting } = await client.sync.signOut();
      showToast({ text: syncWords.signedOut(waiting) });
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  };
  return (
    <div className="scroll">
      <section className="section last">
        <dl className="facts">
          <dt>{syncWords.server}</dt>
          <dd>{server}</dd>
          {tenant === null ? null : (
            <>
              <dt>{syncWords.organisation}</dt>
              <dd>{tenant}</dd>
            </>
          )}
          {person === null ? null : (
            <>
              <dt>{syncWords.person}</dt>
              <dd>
                {person}, {role}
              </dd>
            </>
          )}
        </dl>
        {policyVersion === null ? null : <p className="note">{syncWords.policy(policyVersion)}</p>}
        {clockOffset !== null && Math.abs(clockOffset) > toleratedOffset ? (
          <p className="search-notice">{syncWords.clock(Math.round(clockOffset / 60_000))}</p>
        ) : null}
        {status.state === 'signed-out' ? null : (
          <div className="acts">
            <Button look="bare" onPress={() => void signOut()}>
              {syncWords.signOut}
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}
