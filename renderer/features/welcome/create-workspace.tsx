import { useState } from 'react';
import { useSubmit } from '../../app/use-submit.ts';
import { useClient } from '../../data/query.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';

/** What a new workspace begins with. */
export type Wanted = 'sample' | 'empty' | 'folder';

/** Makes a workspace and opens it. `onDone` gets the recovery key, which is shown once; null where nothing is encrypted. */
export function CreateWorkspace({
  wanted,
  onClose,
  onDone,
}: {
  wanted: Wanted;
  onClose: () => void;
  onDone: (key: string | null) => void;
}) {
  const client = useClient();
  const [name, setName] = useState(wanted === 'sample' ? 'Sample' : 'Research');
  const [passphrase, setPassphrase] = useState('');
  const [folder, setFolder] = useState('');
  const { busy, error, submit } = useSubmit();
  async function create(): Promise<void> {
    const { path } = await client.workspaces.suggestPath({ name });
    const made = await client.workspaces.create({
      path,
      name,
      sample: wanted === 'sample',
      ...(passphrase === '' ? {} : { passphrase }),
    });
    if (wanted === 'folder') await client.capture.add({ newSession: { question: folder }, paths: [folder] });
    onDone(made.recoveryKey);
  }
  const title = { sample: welcome.sample, empty: welcome.empty, folder: welcome.folder }[wanted];
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={busy} onPress={() => void submit(create)}>
          {welcome.create}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField label={welcome.name} value={name} onChange={setName} autoFocus required />
        {wanted === 'folder' ? (
          <TextField
            label={welcome.importFolder}
            hint={welcome.importLead}
            value={folder}
            onChange={setFolder}
          />
        ) : null}
        <TextField
          label={welcome.passphrase}
          hint={welcome.passphraseHint}
          value={passphrase}
          onChange={setPassphrase}
          secret
        />
        {busy ? <Waiting>{welcome.working}</Waiting> : null}
      </div>
    </Dialog>
  );
}
