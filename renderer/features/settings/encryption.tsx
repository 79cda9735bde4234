import { useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { workspaceWords } from '../../messages/workspaces.ts';
import { DecryptDialog } from './decrypt.tsx';
import { KeyFilePart } from './key-file.tsx';
import { showRecoveryKey } from '../welcome/recovery.tsx';
import { useAction } from '../../app/use-action.ts';

/** What opens the workspace, and changes of it. */
export function Encryption() {
  const client = useClient();
  const keys = useQuery(queries.keys).data;
  const { busy, run } = useAction('workspace');
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [decrypting, setDecrypting] = useState(false);
  if (keys === undefined) return null;
  const isRemembered = keys.wraps.includes('system-store');
  const show = (call: Promise<{ recoveryKey: string }>) =>
    call.then((made) => showRecoveryKey(made.recoveryKey));
  return (
    <>
      {keys.encrypted ? (
        <>
          <TextField label={settingsWords.current} value={current} onChange={setCurrent} secret />
          <TextField label={settingsWords.next} value={next} onChange={setNext} secret />
          <div className="acts">
            <Button
              disabled={busy || next.length < 8}
              onPress={() =>
                run(() => client.keys.changePassphrase({ current, next }), settingsWords.changed)
              }
            >
              {settingsWords.change}
            </Button>
            <Button disabled={busy} onPress={() => run(() => show(client.keys.renewRecoveryKey()))}>
              {settingsWords.renew}
            </Button>
          </div>
          <div className="acts">
            <Button
              disabled={busy}
              onPress={() =>
                run(() => client.keys.remember({ remember: !isRemembered }), workspaceWords.saved)
              }
            >
              {isRemembered ? workspaceWords.rememberOff : workspaceWords.remember}
            </Button>
            <Button look="danger" disabled={busy} onPress={() => setDecrypting(true)}>
              {workspaceWords.decrypt}
            </Button>
          </div>
          <KeyFilePart isThere={keys.wraps.includes('key-file')} />
          {decrypting ? <DecryptDialog onClose={() => setDecrypting(false)} /> : null}
        </>
      ) : (
        <>
          <p>{settingsWords.plain}</p>
          <TextField label={welcome.passphrase} value={next} onChange={setNext} secret />
          <div className="acts">
            <Button
              disabled={busy || next.length < 8}
              onPress={() => run(() => show(client.keys.encrypt({ passphrase: next })))}
            >
              {settingsWords.encrypt}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
