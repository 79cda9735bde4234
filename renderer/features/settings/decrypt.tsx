import { useState } from 'react';
import { useClient } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { workspaceWords } from '../../messages/workspaces.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { useAction } from '../../app/use-action.ts';

/** Asks for the passphrase once more before the encryption is taken away. */
export function DecryptDialog({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const { busy, run } = useAction('workspace');
  const [passphrase, setPassphrase] = useState('');
  return (
    <Dialog
      alert
      title={workspaceWords.decryptTitle}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || passphrase === ''}
          onPress={() =>
            run(
              () => client.keys.decrypt({ by: 'passphrase', passphrase }).then(onClose),
              workspaceWords.decrypted,
            )
          }
        >
          {workspaceWords.decrypt}
        </Button>
      }
    >
      <div className="form">
        <p>{workspaceWords.decryptLead}</p>
        <TextField
          label={settingsWords.current}
          value={passphrase}
          onChange={setPassphrase}
          secret
          autoFocus
        />
      </div>
    </Dialog>
  );
}
