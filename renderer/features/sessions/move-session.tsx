import { useState } from 'react';
import type { SessionSummary } from '../../../preload/contract/data.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { sessionName } from './session-verbs.ts';

const fresh = 'new';

/** Asks into which project a session goes, with its documents; a new project can be named here. */
export function MoveSession({ of, onClose }: { of: SessionSummary; onClose: () => void }) {
  const client = useClient();
  const projects = useQuery(queries.rows('projects')).data?.rows ?? [];
  const others = projects.filter(({ id }) => id !== of.projectId);
  const [chosen, setChosen] = useState<string>();
  const [name, setName] = useState('');
  const { busy, error, submit } = useSubmit();
  const into = chosen ?? others[0]?.id ?? fresh;
  const newProject = async (): Promise<string> =>
    (await client.edits.add({ entity: 'projects', values: { name: name.trim() } })).id;
  const move = async (): Promise<void> => {
    const project_id = into === fresh ? await newProject() : into;
    await client.edits.edit({ entity: 'research_sessions', ids: [of.id], values: { project_id } });
    onClose();
  };
  return (
    <Dialog
      title={session.moveTitle(sessionName(of))}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || (into === fresh && name.trim() === '')}
          onPress={() => void submit(move)}
        >
          {session.move}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <Select
          label={session.project}
          choices={[
            ...others.map((row) => ({
              id: row.id,
              title: typeof row['name'] === 'string' ? row['name'] : row.id,
            })),
            { id: fresh, title: session.newProject },
          ]}
          value={into}
          onChange={setChosen}
        />
        {into === fresh ? (
          <TextField label={session.projectName} value={name} onChange={setName} required />
        ) : null}
        <p className="note">{session.moveHint}</p>
      </div>
    </Dialog>
  );
}
