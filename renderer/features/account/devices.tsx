import { useState } from 'react';
import type { Account, People } from '../../../preload/contract/people.ts';
import { useAction } from '../../app/use-action.ts';
import { useClient } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { ago } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useNow } from '../sync/sync-status.tsx';

type Device = People['devices'][number];

/** Laptops of a person: when they were last seen, and what one can do about them. */
export function Devices({ devices, account }: { devices: readonly Device[]; account: Account }) {
  const client = useClient();
  const now = useNow();
  const { run } = useAction('people');
  const [shutting, setShutting] = useState<Device>();
  const change = (id: string, what: 'sign-out' | 'revoke' | 'readmit') =>
    run(() => client.people.changeDevice({ id, do: what }));
  if (devices.length === 0) return <p className="dim">{accountWords.noDevices}</p>;
  return (
    <>
      <ul className="entries">
        {devices.map((device) => {
          const { id, name, lastSeen, encrypted, revokedAt } = device;
          const isHere = id === account.deviceId;
          const facts = [
            isHere ? accountWords.thisDevice : `${accountWords.lastSeen.toLowerCase()} ${ago(lastSeen, now)}`,
            stateOf(device),
            ...(encrypted ? [] : [accountWords.notEncrypted]),
          ];
          return (
            <li key={id} className="row" aria-label={name}>
              <span className="grow">
                <span className="name">{name}</span>
                <span className="dim">{facts.join(', ')}</span>
              </span>
              {device.signedIn && !isHere ? (
                <Button onPress={() => change(id, 'sign-out')}>{accountWords.signOutDevice}</Button>
              ) : null}
              {revokedAt === null ? (
                <Button look="danger" onPress={() => setShutting(device)}>
                  {accountWords.shutOutDevice}
                </Button>
              ) : account.managesPeople ? (
                <Button onPress={() => change(id, 'readmit')}>{accountWords.letIn}</Button>
              ) : null}
            </li>
          );
        })}
      </ul>
      {shutting === undefined ? null : (
        <Dialog
          title={accountWords.shutOutTitle(shutting.name)}
          alert
          onClose={() => setShutting(undefined)}
          actions={
            <>
              <Button onPress={() => setShutting(undefined)}>{common.cancel}</Button>
              <Button
                look="danger"
                onPress={() => {
                  change(shutting.id, 'revoke');
                  setShutting(undefined);
                }}
              >
                {accountWords.shutOutDevice}
              </Button>
            </>
          }
        >
          {shutting.id === account.deviceId ? (
            <p className="search-notice">{accountWords.shutOutThis}</p>
          ) : null}
          <p>{accountWords.shutOutLead}</p>
        </Dialog>
      )}
    </>
  );
}

function stateOf({ revokedAt, signedIn }: Device): string {
  if (revokedAt !== null) return accountWords.shutOut;
  return signedIn ? accountWords.signedIn : accountWords.isSignedOut;
}
