import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, RemoveButton } from '../../ui/button.tsx';
import { Select } from '../../ui/fields.tsx';
import { FindSelect } from '../../ui/find-select.tsx';
import type { ProjectMember, ProjectRole, SharedProjectProps, Sharable } from './project-facts.ts';

const entity = 'project_members';
const roles = (Object.keys(syncWords.roles) as ProjectRole[]).map((id) => ({
  id,
  title: syncWords.roles[id],
}));

/** Who is in a project, each with a role; who leads it adds, changes and takes out. */
export function ProjectMembers({ project, people, me }: SharedProjectProps) {
  const client = useClient();
  const { id, members, owner, headcount, isLed } = project;
  const there = new Set(members.map(({ person }) => person));
  const others = people.filter((person) => !there.has(person.id) && person.id !== owner.person);
  return (
    <section className="section last sync-part" aria-labelledby="project-members">
      <h2 className="section-title" id="project-members">
        {syncWords.members}
        <span className="num dim">{headcount}</span>
      </h2>
      <ul className="members">
        {there.has(owner.person) ? null : (
          <li className="row">
            <Name person={owner.person} name={owner.name} me={me} />
            <span className="dim">{syncWords.owner}</span>
          </li>
        )}
        {members.map((member) => (
          <Member key={member.id} member={member} me={me} isLed={isLed} />
        ))}
      </ul>
      {!isLed || others.length === 0 ? null : (
        <AddMember
          others={others}
          onAdd={(author_id, role) =>
            void attempt(client.edits.add({ entity, values: { project_id: id, author_id, role } }))
          }
        />
      )}
      <p className="note">{isLed ? syncWords.sharingHint : syncWords.notYours}</p>
    </section>
  );
}

function Member({
  member: { id, person, name, role },
  me,
  isLed,
}: {
  member: ProjectMember;
  me: string;
  isLed: boolean;
}) {
  const client = useClient();
  return (
    <li className="row">
      <Name person={person} name={name} me={me} />
      {isLed ? (
        <>
          <Select
            small
            label={syncWords.roleOf(name)}
            choices={roles}
            value={role}
            onChange={(next) =>
              void attempt(client.edits.edit({ entity, ids: [id], values: { role: next } }))
            }
          />
          <RemoveButton
            name={syncWords.removeMember(name)}
            onPress={() => void attempt(client.edits.remove({ entity, ids: [id] }))}
          />
        </>
      ) : (
        <span className="dim">{syncWords.roles[role]}</span>
      )}
    </li>
  );
}

function Name({ person, name, me }: { person: string; name: string; me: string }) {
  return (
    <>
      <Avatar name={name} />
      <span className="grow cut">
        <bdi>{name}</bdi>
        {person === me && name !== syncWords.you ? <span className="dim"> {syncWords.thatIsYou}</span> : null}
      </span>
    </>
  );
}

function AddMember({
  others,
  onAdd,
}: {
  others: Sharable['people'];
  onAdd: (id: string, role: ProjectRole) => void;
}) {
  const [person, setPerson] = useState<string | null>(null);
  const [role, setRole] = useState<ProjectRole>('editor');
  // Where there is one other only, there is nothing to choose.
  const chosen = others.length === 1 ? others[0] : others.find(({ id }) => id === person);
  return (
    <div className="row add-member">
      <FindSelect
        label={syncWords.addPerson}
        choices={others}
        value={chosen?.id ?? null}
        placeholder={syncWords.findPerson}
        onChange={setPerson}
      />
      <Select label={syncWords.role} choices={roles} value={role} onChange={setRole} />
      <Button
        icon={UserPlus}
        disabled={chosen === undefined}
        onPress={() => {
          if (chosen !== undefined) onAdd(chosen.id, role);
          setPerson(null);
        }}
      >
        {syncWords.add}
      </Button>
    </div>
  );
}
