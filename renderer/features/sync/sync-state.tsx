import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { syncWords } from '../../messages/sync.ts';
import { Fact } from '../../ui/fact.tsx';
import { Revoked } from '../account/revoked.tsx';
import { SignOut } from '../account/sign-out.tsx';
import { Exchange } from './exchange.tsx';
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
      {status.state === 'signed-out' || status.first ? null : <Exchange status={status} />}
      <section className="section sync-part" aria-labelledby="connection">
        <h2 className="section-title" id="connection">
          {syncWords.connection}
        </h2>
        <dl className="facts">
          <Fact name={syncWords.server}>{server}</Fact>
          {tenant === null ? null : <Fact name={syncWords.organisation}>{tenant}</Fact>}
          {person === null ? null : (
            <Fact name={status.state === 'signed-out' ? syncWords.belongsTo : syncWords.person}>
              {person}, {role}
            </Fact>
          )}
          {policyVersion === null ? null : (
            <Fact name={syncWords.privacy}>{syncWords.policy(policyVersion)}</Fact>
          )}
        </dl>
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
