import { useState } from 'react';
import type { Unsent } from '../../../preload/contract/people.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { useSubmit } from '../../app/use-submit.ts';
import { useClient } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { UnsentList } from './unsent-list.tsx';

/** Takes the copy off this laptop; what only this laptop has is named first, and given up knowingly. */
export function RemoveCopy() {
  const client = useClient();
  const { busy, error, submit } = useSubmit();
  const [unsent, setUnsent] = useState<Unsent>();
  const ask = () => submit(async () => setUnsent(await client.account.unsent()));
  const remove = ({ onlyHere }: Unsent) =>
    submit(async () => {
      const { rows } = await client.account.removeCopy({ givenUp: onlyHere });
      setUnsent(undefined);
      showToast({ text: accountWords.copyRemoved(rows) });
    });
  return (
    <>
      <Button look="bare" disabled={busy} onPress={() => void ask()}>
        {accountWords.removeCopy}
      </Button>
      {error !== undefined && unsent === undefined ? <ErrorNotice message={error} /> : null}
      {unsent === undefined ? null : (
        <Dialog
          title={accountWords.removeTitle}
          alert
          onClose={() => setUnsent(undefined)}
          actions={
            <>
              <Button onPress={() => setUnsent(undefined)}>{accountWords.keepCopy}</Button>
              <Button look="danger" disabled={busy} onPress={() => void remove(unsent)}>
                {accountWords.removeNow(unsent.onlyHere)}
              </Button>
            </>
          }
        >
          {error === undefined ? null : <ErrorNotice message={error} />}
          <p>{accountWords.removeLead}</p>
          {unsent.onlyHere === 0 ? null : (
            <>
              <p>{accountWords.removeUnsent(unsent.onlyHere)}</p>
              <UnsentList unsent={unsent} />
              <p className="note">
                {accountWords.backupFirst} <PlaceLink address="settings">{accountWords.backups}</PlaceLink>
              </p>
            </>
          )}
        </Dialog>
      )}
    </>
  );
}
