import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Account, People } from '../../../preload/contract/people.ts';
import { tenantRoles } from '../../../preload/contract/people.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { Fact } from '../../ui/fact.tsx';
import { Asked } from './asked.tsx';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { Members } from './members.tsx';

/** The people of the organisation: all see who is there; who manages people does it here. */
export function PeoplePart() {
  const account = useQuery(queries.account);
  const people = useQuery(queries.people);
  return (
    <div className="scroll">
      <Asked answers={[account, people]}>
        {account.data === undefined || people.data === undefined ? null : (
          <All account={account.data} people={people.data} />
        )}
      </Asked>
    </div>
  );
}

function All({ account, people }: { account: Account; people: People }) {
  const [isInviting, setInviting] = useState(false);
  const { seats } = people;
  const isFull = seats !== null && seats.taken >= seats.most;
  return (
    <div className="account">
      <section className="section" aria-labelledby="members">
        <div className="row">
          <h2 className="section-title grow" id="members">
            {peopleWords.members}
            {seats === null ? null : (
              <span className="num dim">{peopleWords.seats(seats.taken, seats.most)}</span>
            )}
          </h2>
          {account.managesPeople ? (
            <Button icon={UserPlus} disabled={isFull} onPress={() => setInviting(true)}>
              {peopleWords.invite}
            </Button>
          ) : null}
        </div>
        {isFull && account.managesPeople ? <p className="search-notice">{peopleWords.noSeat}</p> : null}
        <Members account={account} people={people} />
      </section>
      {people.invitations.length === 0 ? null : <Invitations invitations={people.invitations} />}
      <section className="section" aria-labelledby="roles">
        <h2 className="section-title" id="roles">
          {peopleWords.rolesTitle}
        </h2>
        <dl className="facts">
          {tenantRoles.map((role) => (
            <Fact key={role} name={peopleWords.roles[role]}>
              {peopleWords.mayDo[role]}
            </Fact>
          ))}
        </dl>
        <p className="note">{peopleWords.projectHint}</p>
      </section>
      {isInviting ? <InviteDialog account={account} onClose={() => setInviting(false)} /> : null}
    </div>
  );
}
