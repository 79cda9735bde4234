import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type SharedProject, useSharable } from './project-facts.ts';
import { ProjectSharing } from './project-sharing.tsx';

/** The projects of this workspace, and of the chosen one who is in it and who else may read it. Sessions follow their project. */
export function Sharing({ status }: { status: SyncStatus }) {
  const client = useClient();
  const { projects, people } = useSharable(status);
  const [chosen, setChosen] = useState<string>();
  const [isNaming, setNaming] = useState(false);
  const project = projects.find(({ id }) => id === chosen) ?? projects[0];
  if (project === undefined || people.length === 0) {
    return <EmptyState title={syncWords.noPeople}>{syncWords.noPeopleHint}</EmptyState>;
  }
  const create = async (name: string): Promise<void> => {
    const made = await client.edits.add({ entity: 'projects', values: { name } });
    setChosen(made.id);
    setNaming(false);
  };
  return (
    <div className="leave-body sharing">
      <div className="scroll leave-sessions">
        <ul aria-label={syncWords.projects}>
          {projects.map((each) => (
            <ProjectItem
              key={each.id}
              project={each}
              isCurrent={each.id === project.id}
              onChoose={() => setChosen(each.id)}
            />
          ))}
        </ul>
        <div className="acts sharing-new">
          <Button look="bare" icon={FolderPlus} onPress={() => setNaming(true)}>
            {syncWords.newProject}
          </Button>
        </div>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label={syncWords.sharingOf(project.name)}>
        <ProjectSharing key={project.id} project={project} people={people} me={status.user ?? ''} />
      </div>
      {isNaming ? (
        <NameDialog
          title={syncWords.newProject}
          initial=""
          verb={syncWords.makeProject}
          onName={(name) => void attempt(create(name))}
          onClose={() => setNaming(false)}
        />
      ) : null}
    </div>
  );
}

function ProjectItem({
  project: { name, personal, visibility, headcount },
  isCurrent,
  onChoose,
}: {
  project: SharedProject;
  isCurrent: boolean;
  onChoose: () => void;
}) {
  const facts = [
    personal ? syncWords.personalProject : '',
    syncWords.membersCount(headcount),
    visibility === 'private' ? '' : syncWords.isOpen,
  ];
  return (
    <li>
      <button type="button" className="item" aria-current={isCurrent} onClick={onChoose}>
        <span className="item-title cut" dir="auto">
          {name}
        </span>
        <span className="item-sub">{facts.filter(Boolean).join(', ')}</span>
      </button>
    </li>
  );
}
