import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { HostClient } from '../../../preload/contract/contract.ts';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, RemoveButton } from '../../ui/button.tsx';
import { Select } from '../../ui/fields.tsx';
import { EmptyState } from '../../ui/states.tsx';

type Row = Awaited<ReturnType<HostClient['rows']['list']>>['rows'][number];

/** The person whom an author of rows is, as far as the file knows: what was written before enrolling stands under this file's own author. */
function personOf(author: string, people: readonly Row[], authors: readonly Row[]): string | undefined {
  if (people.some(({ id }) => id === author)) return author;
  return (
    textOf(
      authors.find(({ id }) => id === author),
      'user_id',
    ) || undefined
  );
}

const roles = (Object.keys(syncWords.roles) as (keyof typeof syncWords.roles)[]).map((id) => ({
  id,
  title: syncWords.roles[id],
}));

function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}

/** Who is in a project, with which role. Sessions follow their project, so that a member sees all that is in it. */
export function Sharing({ status }: { status: SyncStatus }) {
  const authors = useQuery(queries.rows('authors')).data?.rows ?? [];
  const projects = useQuery(queries.rows('projects')).data?.rows ?? [];
  const people = useQuery(queries.rows('users')).data?.rows ?? [];
  const members = useQuery(queries.rows('project_members')).data?.rows ?? [];
  const [chosen, setChosen] = useState<string>();
  const project = chosen ?? projects[0]?.id;
  if (project === undefined || people.length === 0) {
    return <EmptyState title={syncWords.noPeople}>{syncWords.noPeopleHint}</EmptyState>;
  }
  return (
    <div className="scroll">
      <div className="form section last sync-part">
        <Select
          label={syncWords.project}
          choices={projects.map((row) => ({ id: row.id, title: textOf(row, 'name') }))}
          value={project}
          onChange={setChosen}
        />
        <Members
          project={project}
          people={people}
          me={status.user ?? ''}
          personOf={(author) => personOf(author, people, authors) ?? status.user ?? author}
          members={members.filter((row) => textOf(row, 'project_id') === project)}
        />
      </div>
    </div>
  );
}

function Members({
  project,
  people,
  me,
  personOf,
  members,
}: {
  project: string;
  people: readonly Row[];
  me: string;
  personOf: (author: string) => string;
  members: readonly Row[];
}) {
  const client = useClient();
  const nameOf = (id: string): string => {
    const person = people.find((row) => row.id === id);
    return textOf(person, 'full_name') || textOf(person, 'email') || syncWords.you;
  };
  const inProject = new Set(members.map((member) => personOf(textOf(member, 'author_id'))));
  // Whoever shares has somebody else in mind.
  const others = people
    .filter(({ id }) => !inProject.has(id))
    .sort((a, b) => Number(a.id === me) - Number(b.id === me));
  return (
    <>
      <ul className="members">
        {members.map((member) => {
          const id = personOf(textOf(member, 'author_id'));
          const name = nameOf(id);
          return (
            <li key={member.id} className="row">
              <Avatar name={name} />
              <span className="grow cut">
                {name}
                {id === me && name !== syncWords.you ? (
                  <span className="dim"> {syncWords.thatIsYou}</span>
                ) : null}
              </span>
              <Select
                small
                label={syncWords.roleOf(name)}
                choices={roles}
                value={textOf(member, 'role') as (typeof roles)[number]['id']}
                onChange={(role) =>
                  void attempt(
                    client.edits.edit({ entity: 'project_members', ids: [member.id], values: { role } }),
                  )
                }
              />
              <RemoveButton
                name={syncWords.removeMember(name)}
                onPress={() =>
                  void attempt(client.edits.remove({ entity: 'project_members', ids: [member.id] }))
                }
              />
            </li>
          );
        })}
      </ul>
      {others.length === 0 ? null : (
        <AddMember
          others={others.map((row) => ({ id: row.id, title: nameOf(row.id) }))}
          onAdd={(author_id, role) =>
            void attempt(
              client.edits.add({
                entity: 'project_members',
                values: { project_id: project, author_id, role },
              }),
            )
          }
        />
      )}
      <p className="note">{syncWords.sharingHint}</p>
    </>
  );
}

function AddMember({
  others,
  onAdd,
}: {
  others: readonly { id: string; title: string }[];
  onAdd: (id: string, role: string) => void;
}) {
  const [person, setPerson] = useState<string>();
  const [role, setRole] = useState<(typeof roles)[number]['id']>('editor');
  const chosen = others.some(({ id }) => id === person) ? person : others[0]?.id;
  if (chosen === undefined) return null;
  return (
    <div className="row">
      <Select label={syncWords.addPerson} choices={others} value={chosen} onChange={setPerson} />
      <Select label={syncWords.role} choices={roles} value={role} onChange={setRole} />
      <Button icon={UserPlus} onPress={() => onAdd(chosen, role)}>
        {syncWords.add}
      </Button>
    </div>
  );
}
