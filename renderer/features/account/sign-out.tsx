import { useState } from 'react';
import type { Unsent } from '../../../preload/contract/people.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { UnsentList } from './unsent-list.tsx';

/** Signs out; where something is not sent yet, it is named first. */
export function SignOut() {
  const client = useClient();
  const { busy, error, submit } = useSubmit();
  const [unsent, setUnsent] = useState<Unsent>();
  const leave = async (): Promise<void> => {
    const { waiting } = await client.sync.signOut();
    showToast({ text: syncWords.signedOut(waiting) });
  };
  const ask = () =>
    submit(async () => {
      const found = await client.account.unsent();
      if (found.waiting === 0) await leave();
      else setUnsent(found);
    });
  return (
    <>
      <Button look="bare" disabled={busy} onPress={() => void ask()}>
        {accountWords.signOut}
      </Button>
      {error !== undefined && unsent === undefined ? <ErrorNotice message={error} /> : null}
      {unsent === undefined ? null : (
        <UnsentDialog unsent={unsent} leave={leave} onClose={() => setUnsent(undefined)} />
      )}
    </>
  );
}

function UnsentDialog({
  unsent,
  leave,
  onClose,
}: {
  unsent: Unsent;
  leave: () => Promise<void>;
  onClose: () => void;
}) {
  const client = useClient();
  const isEncrypted = useQuery(queries.workspace).data?.workspace?.encrypted === true;
  const { busy, error, submit } = useSubmit();
  const [shown, setShown] = useState(unsent);
  const [isLeft, setLeft] = useState(false);
  const send = () =>
    submit(async () => {
      await client.sync.now();
      const left = await client.account.unsent();
      setShown(left);
      setLeft(left.waiting > 0);
      if (left.waiting === 0) await leave();
    });
  return (
    <Dialog
      title={accountWords.unsentTitle}
      alert
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{accountWords.stay}</Button>
          <Button disabled={busy} onPress={() => void submit(leave)}>
            {accountWords.keepAndSignOut}
          </Button>
          <Button look="primary" disabled={busy} onPress={() => void send()}>
            {accountWords.sendFirst}
          </Button>
        </>
      }
    >
      {error === undefined ? null : <ErrorNotice message={error} />}
      {isLeft && error === undefined ? <ErrorNotice message={accountWords.stillUnsent} /> : null}
      <p>{accountWords.unsent(shown.waiting)}</p>
      <UnsentList unsent={shown} />
      <p className="note">{accountWords.keptHere[isEncrypted ? 'encrypted' : 'plain']}</p>
    </Dialog>
  );
}
