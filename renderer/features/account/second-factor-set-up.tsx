import { useState } from 'react';
import type { SecondFactorOffer } from '../../../preload/contract/people.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useCache, useClient } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { QrCode } from '../../ui/qr/qr-code.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Sets a second factor up: the password; the secret for an authenticator and its first code; the recovery codes. */
export function SecondFactorSetUp({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const cache = useCache();
  const { busy, error, submit } = useSubmit();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [offer, setOffer] = useState<SecondFactorOffer>();
  const [isOn, setOn] = useState(false);
  const begin = async (): Promise<void> => {
    setOffer(await client.account.offerSecondFactor({ password }));
    setPassword('');
  };
  const confirm = async (): Promise<void> => {
    await client.account.confirmSecondFactor({ code: code.trim() });
    cache.invalidate(new Set(['people']));
    showToast({ text: accountWords.secondIsOn });
    setOn(true);
  };
  if (isOn) return <RecoveryCodes codes={offer?.recoveryCodes ?? []} onClose={onClose} />;
  return (
    <Dialog
      title={accountWords.setUp}
      alert={offer !== undefined}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          {offer === undefined ? (
            <Button look="primary" disabled={busy || password === ''} onPress={() => void submit(begin)}>
              {accountWords.goOn}
            </Button>
          ) : (
            <Button
              look="primary"
              disabled={busy || code.trim().length < 6}
              onPress={() => void submit(confirm)}
            >
              {accountWords.confirm}
            </Button>
          )}
        </>
      }
    >
      {offer === undefined ? (
        <div className="form">
          {error === undefined ? null : <ErrorNotice message={error} />}
          <TextField
            label={accountWords.password}
            value={password}
            onChange={setPassword}
            secret
            autoFocus
            required
          />
        </div>
      ) : (
        <div className="form">
          <p>{accountWords.scanLead}</p>
          {error === undefined ? null : <ErrorNotice message={error} />}
          <Offer offer={offer} />
          <TextField label={accountWords.code} value={code} onChange={setCode} autoFocus required />
        </div>
      )}
    </Dialog>
  );
}

/** What an authenticator needs: to be scanned, to be typed, or to be opened where the authenticator is on this laptop. */
function Offer({ offer: { secret = '', address = '' } }: { offer: SecondFactorOffer }) {
  return (
    <div className="second-factor-offer">
      <QrCode text={address} label={accountWords.qr} />
      <dl className="facts stacked">
        <dt>{accountWords.secret}</dt>
        <dd className="mono">{secret.match(/.{1,4}/g)?.join(' ')}</dd>
        <dt>{accountWords.address}</dt>
        <dd className="mono-s">{address}</dd>
      </dl>
    </div>
  );
}
