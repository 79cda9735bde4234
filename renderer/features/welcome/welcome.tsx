import { useState } from 'react';
import type { CurrentWorkspace } from '../../../preload/contract/workspaces.ts';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useClient, useQuery } from '../../data/query.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { CreateWorkspace, type Wanted } from './create-workspace.tsx';
import { RecoveryKey } from './recovery.tsx';

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
        <CreateWorkspace
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
