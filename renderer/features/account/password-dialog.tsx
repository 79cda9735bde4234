import { useState } from 'react';
import { useSubmit } from '../../app/use-submit.ts';
import { useCache, useClient } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** Changes one's password: the old one, and the new one twice. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const cache = useCache();
  const { busy, error, submit } = useSubmit();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const differ = again !== '' && again !== next;
  const change = async (): Promise<void> => {
    await client.account.changePassword({ current, next });
    cache.invalidate(new Set(['people']));
    showToast({ text: accountWords.passwordChanged });
    onClose();
  };
  return (
    <Dialog
      title={accountWords.changePassword}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            look="primary"
            disabled={busy || current === '' || next === '' || again !== next}
            onPress={() => void submit(change)}
          >
            {accountWords.changePassword}
          </Button>
        </>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField
          label={accountWords.currentPassword}
          value={current}
          onChange={setCurrent}
          secret
          autoFocus
          required
        />
        <TextField
          label={accountWords.newPassword}
          hint={accountWords.newPasswordHint}
          value={next}
          onChange={setNext}
          secret
          required
        />
        <TextField
          label={accountWords.newPasswordAgain}
          value={again}
          onChange={setAgain}
          secret
          required
          {...(differ ? { error: accountWords.passwordsDiffer } : {})}
        />
      </div>
    </Dialog>
  );
}
