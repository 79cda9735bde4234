import { Ban, LaptopMinimal, UserCheck, UserX } from 'lucide-react';
import { useState } from 'react';
import type { Account, People } from '../../../preload/contract/people.ts';
import { useAction } from '../../app/use-action.ts';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Devices } from './devices.tsx';
import { matching, nameOf } from './member-names.ts';
import { rolesToGive } from './roles-to-give.ts';

type Person = People['people'][number];
type Asking = { readonly what: 'suspend' | 'remove' | 'devices'; readonly person: Person };

/** How many members are seen at a glance; of more, one is found by name. */
const listedWhole = 12;
/** How many are listed; every line has controls of its own, and nobody reads more of them. */
const mostListed = 60;

/** Members by name, with their roles; what changes somebody asks first. */
export function Members({ account, people }: { account: Account; people: People }) {
  const [asking, setAsking] = useState<Asking>();
  const [words, setWords] = useState('');
  const close = () => setAsking(undefined);
  const found = matching(people.people, words);
  return (
    <>
      {people.people.length > listedWhole ? (
        <TextField label={peopleWords.find} value={words} onChange={setWords} />
      ) : null}
      {found.length === 0 ? <p className="dim">{peopleWords.noneFound}</p> : null}
      <ul className="entries">
        {found.slice(0, mostListed).map((person) => (
          <Member key={person.id} person={person} account={account} people={people} onAsk={setAsking} />
        ))}
      </ul>
      {found.length > mostListed ? (
        <p className="note">{peopleWords.more(found.length - mostListed)}</p>
      ) : null}
      {asking === undefined ? null : asking.what === 'devices' ? (
        <Dialog title={peopleWords.devicesOf(nameOf(asking.person))} wide onClose={close}>
          <Devices
            devices={people.devices.filter(({ user }) => user === asking.person.id)}
            account={account}
          />
        </Dialog>
      ) : (
        <ChangeDialog what={asking.what} person={asking.person} onClose={close} />
      )}
    </>
  );
}

function Member({
  person,
  account,
  people,
  onAsk,
}: {
  person: Person;
  account: Account;
  people: People;
  onAsk: (asking: Asking) => void;
}) {
  const client = useClient();
  const { run } = useAction('people');
  const { id, email, role, status } = person;
  const name = nameOf(person);
  const isSelf = id === account.user.id;
  const roles = rolesToGive(account);
  // Nobody takes a role from themselves by a slip: another does it.
  const mayChange = account.managesPeople && !isSelf && roles.includes(role);
  const devices = people.devices.filter(({ user }) => user === id).length;
  const facts = [
    ...(name === email ? [] : [email]),
    ...(isSelf ? [peopleWords.you] : []),
    ...(status === 'suspended' ? [peopleWords.suspended] : []),
    ...(account.managesPeople && devices > 0 ? [peopleWords.devices(devices)] : []),
  ];
  const change = (what: 'readmit') => run(() => client.people.change({ do: what, user: id }));
  return (
    <li className="row" aria-label={name}>
      <span className="grow">
        <bdi className="name">{name}</bdi>
        <span className="dim">{facts.join(', ')}</span>
      </span>
      {mayChange ? (
        <Select
          small
          label={peopleWords.roleOf(name)}
          choices={roles.map((each) => ({ id: each, title: peopleWords.roles[each] }))}
          value={role}
          onChange={(next) => run(() => client.people.change({ do: 'role', user: id, role: next }))}
        />
      ) : (
        <span className="dim">{peopleWords.roles[role]}</span>
      )}
      {account.managesPeople ? (
        <MoreButton
          label={peopleWords.verbs(name)}
          verbs={[
            {
              id: 'devices',
              title: peopleWords.devicesOf(name),
              icon: LaptopMinimal,
              run: () => onAsk({ what: 'devices', person }),
            },
            ...(!mayChange
              ? []
              : [
                  null,
                  status === 'suspended'
                    ? {
                        id: 'readmit',
                        title: peopleWords.readmit,
                        icon: UserCheck,
                        run: () => change('readmit'),
                      }
                    : {
                        id: 'suspend',
                        title: peopleWords.suspend,
                        icon: Ban,
                        run: () => onAsk({ what: 'suspend', person }),
                      },
                  {
                    id: 'remove',
                    title: peopleWords.remove,
                    icon: UserX,
                    run: () => onAsk({ what: 'remove', person }),
                  },
                ]),
          ]}
        />
      ) : null}
    </li>
  );
}

function ChangeDialog({
  what,
  person,
  onClose,
}: {
  what: 'suspend' | 'remove';
  person: Person;
  onClose: () => void;
}) {
  const client = useClient();
  const { run } = useAction('people');
  const isRemoval = what === 'remove';
  const name = nameOf(person);
  return (
    <Dialog
      title={isRemoval ? peopleWords.removeTitle(name) : peopleWords.suspendTitle(name)}
      alert
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            look="danger"
            onPress={() => {
              run(() => client.people.change({ do: what, user: person.id }));
              onClose();
            }}
          >
            {isRemoval ? peopleWords.remove : peopleWords.suspend}
          </Button>
        </>
      }
    >
      <p>{isRemoval ? peopleWords.removeLead : peopleWords.suspendLead}</p>
    </Dialog>
  );
}
