import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { RemoveCopy } from './remove-copy.tsx';
import { UnsentList } from './unsent-list.tsx';

/** This laptop or its person was shut out: what happened, what is kept, what the policy does with the copy, and what to do. */
export function Revoked({ revoked }: { revoked: NonNullable<SyncStatus['revoked']> }) {
  const client = useClient();
  const unsent = useQuery(queries.unsent).data;
  return (
    <section className="section sync-part" aria-labelledby="revoked">
      <h2 className="section-title" id="revoked">
        {accountWords.revokedTitle[revoked.what]}
      </h2>
      <p>{accountWords.revokedLead[revoked.what]}</p>
      <p>{accountWords.revokedCopy[revoked.onRevoke]}</p>
      {revoked.onRevoke === 'wipe' ? (
        <p>{accountWords.revokedInbox}</p>
      ) : unsent === undefined ? null : (
        <>
          <p>{accountWords.revokedUnsent(unsent.waiting)}</p>
          {unsent.waiting === 0 ? null : <UnsentList unsent={unsent} />}
        </>
      )}
      <p className="note">{accountWords.revokedNext}</p>
      <div className="acts">
        <Button onPress={() => void attempt(client.sync.now())}>{common.tryAgain}</Button>
        <RemoveCopy />
      </div>
    </section>
  );
}
