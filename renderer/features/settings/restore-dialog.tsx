import { useState } from 'react';
import { openWorkspace } from '../../app/open-workspace.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { bridge } from '../../data/bridge.ts';
import { useClient } from '../../data/query.ts';
import { backupWords } from '../../messages/backups.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** Puts a backup into a new folder. The workspace that is open stays as it is, and open. */
export function RestoreDialog({
  file: given,
  into: suggested,
  onClose,
}: {
  /** The backup; empty where the person names one. */
  file: string;
  /** A folder that is free. */
  into: string;
  onClose: () => void;
}) {
  const client = useClient();
  const [file, setFile] = useState(given);
  const [into, setInto] = useState(suggested);
  const { busy, error, submit } = useSubmit();
  const shell = bridge();
  const restore = async (): Promise<void> => {
    const { path } = await client.backups.restore({ file: file.trim(), into: into.trim() });
    const verb = { title: backupWords.openRestored, run: () => void openWorkspace(client, path) };
    showToast({ text: backupWords.restored(path), verb });
    onClose();
  };
  return (
    <Dialog
      title={backupWords.restoreTitle}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || file.trim() === '' || into.trim() === ''}
          onPress={() => void submit(restore)}
        >
          {backupWords.restore}
        </Button>
      }
    >
      <div className="form">
        <p>{backupWords.restoreLead}</p>
        <TextField label={backupWords.file} value={file} onChange={setFile} autoFocus={given === ''} />
        {shell?.chooseFiles === undefined ? null : (
          <div className="acts">
            <Button onPress={() => void shell.chooseFiles?.().then(([first]) => setFile(first ?? file))}>
              {backupWords.choose}
            </Button>
          </div>
        )}
        <TextField label={backupWords.into} value={into} onChange={setInto} error={error} />
      </div>
    </Dialog>
  );
}
