import { useState } from 'react';
import type { CurrentWorkspace } from '../../../preload/contract/workspaces.ts';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useClient, useQuery } from '../../data/query.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { RecoveryKey } from './recovery.tsx';

type Wanted = 'sample' | 'empty' | 'folder';

function CreateForm({
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
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  async function create(): Promise<void> {
    setBusy(true);
    try {
      const { path } = await client.workspaces.suggestPath({ name });
      const made = await client.workspaces.create({
        path,
        name,
        sample: wanted === 'sample',
        ...(passphrase === '' ? {} : { passphrase }),
      });
      if (wanted === 'folder')
        await client.capture.add({ newSession: { question: folder }, paths: [folder] });
      onDone(made.recoveryKey);
    } catch (thrown) {
      setError(failureOf(thrown).message);
      setBusy(false);
    }
  }
  const title = { sample: welcome.sample, empty: welcome.empty, folder: welcome.folder }[wanted];
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={busy} onPress={() => void create()}>
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

/** The first thing that a person sees: three ways to start, and the workspaces that are known. */
export function Welcome({ current }: { current: CurrentWorkspace }) {
  const client = useClient();
  const cache = useCache();
  const known = useQuery(queries.workspaces).data ?? [];
  const [wanted, setWanted] = useState<Wanted>();
  const [recovery, setRecovery] = useState<string>();
  const [failure, setFailure] = useState(current.failure?.message);
  async function open(path: string): Promise<void> {
    try {
      await client.workspaces.open({ path });
      cache.invalidate('all');
    } catch (thrown) {
      setFailure(failureOf(thrown).message);
    }
  }
  return (
    <main className="welcome">
      <h1>{welcome.title}</h1>
      <p>{welcome.lead}</p>
      {failure === undefined ? null : <ErrorNotice message={failure} />}
      <div className="acts">
        <Button look="primary" large onPress={() => setWanted('sample')}>
          {welcome.sample}
        </Button>
        <Button large onPress={() => setWanted('empty')}>
          {welcome.empty}
        </Button>
        <Button large onPress={() => setWanted('folder')}>
          {welcome.folder}
        </Button>
      </div>
      {known.length === 0 ? null : (
        <section aria-label={welcome.recent}>
          <h2>{welcome.recent}</h2>
          {known.map((workspace) => (
            <button
              key={workspace.path}
              type="button"
              className="item"
              disabled={workspace.missing}
              onClick={() => void open(workspace.path)}
            >
              <span className="item-title">{workspace.name}</span>
              <span className="item-sub">
                {workspace.missing ? `${workspace.path}, ${welcome.missing}` : workspace.path}
              </span>
            </button>
          ))}
        </section>
      )}
      {wanted === undefined ? null : (
        <CreateForm
          wanted={wanted}
          onClose={() => setWanted(undefined)}
          onDone={(key) => {
            setWanted(undefined);
            if (key === null) cache.invalidate('all');
            else setRecovery(key);
          }}
        />
      )}
      {recovery === undefined ? null : (
        <RecoveryKey value={recovery} onClose={() => cache.invalidate('all')} />
      )}
    </main>
  );
}
