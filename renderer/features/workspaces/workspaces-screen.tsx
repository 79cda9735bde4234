import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import type { WorkspaceSummary } from '../../../preload/contract/workspaces.ts';
import { attempt } from '../../app/attempt.ts';
import { openWorkspace } from '../../app/open-workspace.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { workspaceWords } from '../../messages/workspaces.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { sizeText } from '../../ui/units.ts';
import { CreateWorkspace } from '../welcome/create-workspace.tsx';
import { showRecoveryKey } from '../welcome/recovery.tsx';

type Asked = { readonly verb: 'rename' | 'trash'; readonly workspace: WorkspaceSummary };

/** Every workspace that this laptop knows: which is open, where they stand, and how to switch, rename and put away. */
export default function WorkspacesScreen() {
  const client = useClient();
  const known = useQuery(queries.workspaces).data ?? [];
  const current = useQuery(queries.workspace).data?.workspace?.path;
  const sizes = useQuery(queries.sizes).data;
  const [asked, setAsked] = useState<Asked>();
  const [making, setMaking] = useState(false);
  const [other, setOther] = useState('');
  const total =
    sizes === undefined ? null : sizes.database + sizes.blobs + sizes.backups + sizes.logs + sizes.temporary;
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <div className="row">
          <h1 className="grow">{workspaceWords.title}</h1>
          <Button look="primary" icon={FolderPlus} onPress={() => setMaking(true)}>
            {workspaceWords.add}
          </Button>
        </div>
      </header>
      <ul className="scroll" aria-label={workspaceWords.title} tabIndex={0}>
        {known.map((workspace) => (
          <li key={workspace.path} className="item row">
            <span className="grow">
              <span className="item-title">{workspace.name}</span>
              <span className="item-sub mono-small">{workspace.path}</span>
              <span className="item-sub">
                {factsOf(workspace, workspace.path === current ? total : null)}
              </span>
              {workspace.warning === null ? null : <span className="item-sub">{workspace.warning}</span>}
            </span>
            {workspace.path === current ? (
              <b>{workspaceWords.current}</b>
            ) : (
              <Button disabled={workspace.missing} onPress={() => void openWorkspace(client, workspace.path)}>
                {workspaceWords.open}
              </Button>
            )}
            <Button look="bare" onPress={() => setAsked({ verb: 'rename', workspace })}>
              {workspaceWords.rename}
            </Button>
            <Button
              look="danger"
              disabled={workspace.missing}
              onPress={() => setAsked({ verb: 'trash', workspace })}
            >
              {workspaceWords.trash}
            </Button>
          </li>
        ))}
        <li className="item row other-workspace">
          <span className="grow">
            <TextField label={workspaceWords.other} value={other} onChange={setOther} />
          </span>
          <Button disabled={other.trim() === ''} onPress={() => void openWorkspace(client, other.trim())}>
            {workspaceWords.openOther}
          </Button>
        </li>
      </ul>
      {asked === undefined ? null : asked.verb === 'rename' ? (
        <NameDialog
          title={workspaceWords.renameTitle}
          initial={asked.workspace.name}
          verb={workspaceWords.rename}
          onClose={() => setAsked(undefined)}
          onName={(name) => {
            setAsked(undefined);
            void attempt(client.workspaces.rename({ path: asked.workspace.path, name }));
          }}
        />
      ) : (
        <Dialog
          alert
          title={workspaceWords.trashTitle(asked.workspace.name)}
          onClose={() => setAsked(undefined)}
          actions={
            <Button
              look="primary"
              onPress={() => {
                setAsked(undefined);
                void putAway(asked.workspace);
              }}
            >
              {workspaceWords.trash}
            </Button>
          }
        >
          <p>{workspaceWords.trashLead}</p>
        </Dialog>
      )}
      {making ? (
        <CreateWorkspace
          wanted="empty"
          onClose={() => setMaking(false)}
          onDone={(key) => {
            setMaking(false);
            if (key !== null) showRecoveryKey(key);
          }}
        />
      ) : null}
    </main>
  );

  async function putAway({ path }: WorkspaceSummary): Promise<void> {
    const moved = client.workspaces.trash({ path });
    if (!(await attempt(moved))) return;
    const { trashedTo } = await moved;
    showToast({
      text: workspaceWords.trashed(trashedTo),
      verb: {
        title: workspaceWords.restore,
        run: () => void attempt(client.workspaces.restoreFromTrash({ trashedTo })),
      },
    });
  }
}

function factsOf(workspace: WorkspaceSummary, bytes: number | null): string {
  if (workspace.missing) return workspaceWords.missing;
  const parts: string[] = [workspace.encrypted ? workspaceWords.encrypted : workspaceWords.plain];
  if (workspace.openedAt !== null) {
    parts.push(workspaceWords.opened(new Date(workspace.openedAt).toLocaleString()));
  }
  if (bytes !== null) parts.push(sizeText(bytes));
  return parts.join(', ');
}
