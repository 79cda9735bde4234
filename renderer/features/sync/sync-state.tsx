import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { FirstSync } from './first-sync.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { Sparing } from './sparing.tsx';

/** Clocks that differ by more are worth a word. */
const toleratedOffset = 2 * 60_000;

/** The connection: with which server and as whom, and what is worth knowing of it. */
export function SyncState({ status }: { status: SyncStatus }) {
  const client = useClient();
  const { server, tenant, person, role, policyVersion, clockOffset } = status;
  const signOut = () =>
    void attempt(
      client.sync.signOut().then(({ waiting }) => showToast({ text: syncWords.signedOut(waiting) })),
    );
  return (
    <div className="scroll">
      {status.first ? <FirstSync status={status} /> : null}
      {status.state === 'signed-out' ? <SignInForm server={server} /> : null}
      <section className="section sync-part">
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
            <Button look="bare" onPress={signOut}>
              {syncWords.signOut}
            </Button>
          </div>
        )}
      </section>
      {status.state === 'signed-out' ? null : <Sparing status={status} />}
    </div>
  );
}
