import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { syncWords } from '../../messages/sync.ts';
import { Revoked } from '../account/revoked.tsx';
import { SignOut } from '../account/sign-out.tsx';
import { FirstSync } from './first-sync.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { Sparing } from './sparing.tsx';

/** Clocks that differ by more are worth a word. */
const toleratedOffset = 2 * 60_000;

/** The connection: with which server and as whom, and what is worth knowing of it. */
export function SyncState({ status }: { status: SyncStatus }) {
  const { server, tenant, person, role, policyVersion, clockOffset } = status;
  return (
    <div className="scroll">
      {status.first ? <FirstSync status={status} /> : null}
      {status.revoked === null ? null : <Revoked revoked={status.revoked} />}
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
              <dt>{status.state === 'signed-out' ? syncWords.belongsTo : syncWords.person}</dt>
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
            <SignOut />
          </div>
        )}
      </section>
      {status.state === 'signed-out' ? null : <Sparing status={status} />}
    </div>
  );
}
