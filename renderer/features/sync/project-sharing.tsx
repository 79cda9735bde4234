import { PenLine } from 'lucide-react';
import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Tool } from '../../ui/button.tsx';
import { Segments } from '../../ui/fields.tsx';
import { NameDialog } from '../../ui/name-dialog.tsx';
import type { SharedProject, SharedProjectProps, Visibility } from './project-facts.ts';
import { ProjectMembers } from './project-members.tsx';

/** One project: its name, who may read it beside its members, and its members. Who does not lead it sees all of it and changes none. */
export function ProjectSharing({ project, people, me }: SharedProjectProps) {
  const client = useClient();
  const [isNaming, setNaming] = useState(false);
  const { id, name, personal, isLed } = project;
  const change = (values: { name: string } | { visibility: Visibility }) =>
    void attempt(client.edits.edit({ entity: 'projects', ids: [id], values }));
  return (
    <>
      <section className="section sync-part">
        <div className="row">
          <h2 className="sharing-name grow">{name}</h2>
          {isLed ? (
            <Tool icon={PenLine} name={syncWords.renameProject} onPress={() => setNaming(true)} />
          ) : null}
        </div>
        {personal ? (
          <p className="note">{syncWords.personalHint}</p>
        ) : (
          <WhoReads project={project} onChange={(visibility) => change({ visibility })} />
        )}
      </section>
      <ProjectMembers project={project} people={people} me={me} />
      {isNaming ? (
        <NameDialog
          title={syncWords.renameProject}
          initial={name}
          onName={(next) => {
            change({ name: next });
            setNaming(false);
          }}
          onClose={() => setNaming(false)}
        />
      ) : null}
    </>
  );
}

function WhoReads({
  project: { visibility, isLed },
  onChange,
}: {
  project: SharedProject;
  onChange: (visibility: Visibility) => void;
}) {
  const { title, hint } = syncWords.visibilities[visibility];
  // `public` reads as `internal` does, and is not offered beside it: the server knows nobody outside of the organisation.
  const offered: readonly Visibility[] =
    visibility === 'public' ? ['private', 'public'] : ['private', 'internal'];
  return (
    <>
      <p className="form-label">{syncWords.whoReads}</p>
      {isLed ? (
        <Segments
          label={syncWords.whoReads}
          choices={offered.map((each) => ({ id: each, title: syncWords.visibilities[each].title }))}
          value={visibility}
          onChange={onChange}
        />
      ) : (
        <p>{title}</p>
      )}
      <p className="note">{hint}</p>
    </>
  );
}
