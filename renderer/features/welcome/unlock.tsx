import { useState } from 'react';
import type { CurrentWorkspace } from '../../../preload/contract/workspaces.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useClient } from '../../data/query.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { Segments, TextField } from '../../ui/fields.tsx';

type Way = 'passphrase' | 'recovery-key' | 'key-file';

const ways: readonly { readonly id: Way; readonly title: string }[] = [
  { id: 'passphrase', title: welcome.passphrase },
  { id: 'recovery-key', title: welcome.recoveryKey },
  { id: 'key-file', title: welcome.keyFile },
];

/** A locked workspace shows its name and nothing of its content. */
export function Unlock({ current }: { current: CurrentWorkspace }) {
  const client = useClient();
  const offered = ways.filter((way) => current.unlockBy.includes(way.id));
  const [way, setWay] = useState<Way>(offered[0]?.id ?? 'passphrase');
  const [secret, setSecret] = useState('');
  const { busy, error, submit } = useSubmit();
  async function unlock(): Promise<void> {
    if (way === 'passphrase') await client.workspaces.unlock({ by: way, passphrase: secret });
    else if (way === 'recovery-key') await client.workspaces.unlock({ by: way, recoveryKey: secret });
    else await client.workspaces.unlock({ by: way, path: secret });
  }
  const label = ways.find((each) => each.id === way)?.title ?? welcome.passphrase;
  return (
    <main className="welcome">
      <h1>{welcome.lockedTitle(current.workspace?.name ?? '')}</h1>
      <p>{welcome.locked}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(unlock);
        }}
      >
        {offered.length > 1 ? (
          <Segments label={welcome.unlock} choices={offered} value={way} onChange={setWay} />
        ) : null}
        <TextField
          key={way}
          label={label}
          value={secret}
          onChange={setSecret}
          secret={way === 'passphrase'}
          error={error}
          autoFocus
        />
        <div className="acts">
          <Button look="primary" submits disabled={busy}>
            {welcome.unlock}
          </Button>
          <Button look="bare" onPress={() => void client.workspaces.close()}>
            {welcome.close}
          </Button>
        </div>
      </form>
    </main>
  );
}
