import { useState } from 'react';
import type { Account, SecondFactorOffer } from '../../../preload/contract/people.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useCache, useClient } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SecondFactorSetUp } from './second-factor-set-up.tsx';

type Open = 'set-up' | 'turn-off' | 'renew';

/** Whether a code is asked for beside the password, and what one can do about it. */
export function SecondFactor({ account }: { account: Account }) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <section className="section" aria-labelledby="second-factor">
      <h2 className="section-title" id="second-factor">
        {accountWords.second}
      </h2>
      <p>
        {account.secondFactor ? accountWords.secondOn(account.recoveryCodesLeft) : accountWords.secondOff}
      </p>
      <div className="acts">
        {account.secondFactor ? (
          <>
            <Button onPress={() => setOpen('renew')}>{accountWords.renew}</Button>
            <Button look="danger" onPress={() => setOpen('turn-off')}>
              {accountWords.turnOff}
            </Button>
          </>
        ) : (
          <Button onPress={() => setOpen('set-up')}>{accountWords.setUp}</Button>
        )}
      </div>
      {open === 'set-up' ? <SecondFactorSetUp onClose={close} /> : null}
      {open === 'turn-off' || open === 'renew' ? <ProofDialog what={open} onClose={close} /> : null}
    </section>
  );
}

/** What changes a second factor asks for the password with a code of it. */
function ProofDialog({ what, onClose }: { what: 'turn-off' | 'renew'; onClose: () => void }) {
  const client = useClient();
  const cache = useCache();
  const { busy, error, submit } = useSubmit();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [renewed, setRenewed] = useState<SecondFactorOffer>();
  const isOff = what === 'turn-off';
  const act = async (): Promise<void> => {
    const proof = { password, code: code.trim() };
    if (isOff) await client.account.removeSecondFactor(proof);
    else setRenewed(await client.account.renewRecoveryCodes(proof));
    cache.invalidate(new Set(['people']));
    if (!isOff) return;
    showToast({ text: accountWords.secondIsOff });
    onClose();
  };
  if (renewed !== undefined) {
    return <RecoveryCodes codes={renewed.recoveryCodes ?? []} onClose={onClose} />;
  }
  return (
    <Dialog
      title={isOff ? accountWords.turnOff : accountWords.renew}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            look={isOff ? 'danger' : 'primary'}
            disabled={busy || password === '' || code.trim().length < 6}
            onPress={() => void submit(act)}
          >
            {isOff ? accountWords.turnOff : accountWords.renew}
          </Button>
        </>
      }
    >
      <div className="form">
        <p>{isOff ? accountWords.turnOffLead : accountWords.renewLead}</p>
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField
          label={accountWords.password}
          value={password}
          onChange={setPassword}
          secret
          autoFocus
          required
        />
        <TextField label={accountWords.code} value={code} onChange={setCode} required />
      </div>
    </Dialog>
  );
}
