import type { People } from '../../../preload/contract/people.ts';
import { useAction } from '../../app/use-action.ts';
import { useClient } from '../../data/query.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';

/** Invitations that nobody has used yet; each holds a seat. */
export function Invitations({ invitations }: { invitations: People['invitations'] }) {
  const client = useClient();
  const { busy, run } = useAction('people');
  return (
    <section className="section" aria-labelledby="invitations">
      <h2 className="section-title" id="invitations">
        {peopleWords.invitations}
      </h2>
      <ul className="entries">
        {invitations.map(({ id, email, role, invitedBy, expiresAt }) => (
          <li key={id} className="row" aria-label={email}>
            <span className="grow">
              <span className="name">{email}</span>
              <span className="dim">
                {peopleWords.invitedUntil(
                  peopleWords.roles[role],
                  invitedBy ?? peopleWords.theServer,
                  momentText(expiresAt),
                )}
              </span>
            </span>
            <Button disabled={busy} onPress={() => run(() => client.people.withdrawInvitation({ id }))}>
              {peopleWords.withdraw}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
