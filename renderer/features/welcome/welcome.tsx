import { useState } from 'react';
import type { CurrentWorkspace } from '../../../preload/contract/workspaces.ts';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { welcome } from '../../messages/welcome.ts';
import { readable, readOnlyWords } from '../../messages/workspaces.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { CreateWorkspace, type Wanted } from './create-workspace.tsx';
import { showRecoveryKey } from './recovery.tsx';

type Refused = Readonly<NonNullable<CurrentWorkspace['failure']>>;

/** The first thing that a person sees: three ways to start, and the workspaces that are known. */
export function Welcome({ current }: { current: CurrentWorkspace }) {
  const client = useClient();
  const known = useQuery(queries.workspaces).data ?? [];
  const [wanted, setWanted] = useState<Wanted>();
  const [failure, setFailure] = useState<Refused | null>(current.failure);
  const [tried, setTried] = useState(current.workspace?.path);
  async function open(path: string, readOnly = false): Promise<void> {
    try {
      await client.workspaces.open({ path, readOnly });
    } catch (thrown) {
      setFailure(failureOf(thrown));
      setTried(path);
    }
  }
  return (
    <main className="welcome">
      <h1>{welcome.title}</h1>
      <p>{welcome.lead}</p>
      {failure === null ? null : (
        <ErrorNotice
          message={failure.message}
          actions={
            tried !== undefined && readable.has(failure.code) ? (
              <Button onPress={() => void open(tried, true)}>{readOnlyWords.open}</Button>
            ) : null
          }
        />
      )}
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
        <CreateWorkspace
          wanted={wanted}
          onClose={() => setWanted(undefined)}
          onDone={(key) => {
            setWanted(undefined);
            if (key !== null) showRecoveryKey(key);
          }}
        />
      )}
    </main>
  );
}
