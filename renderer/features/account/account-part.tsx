import { useState } from 'react';
import type { Account, People } from '../../../preload/contract/people.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';
import { Asked } from './asked.tsx';
import { Devices } from './devices.tsx';
import { Keys } from './keys.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { SecondFactor } from './second-factor.tsx';
import { RemoveCopy } from './remove-copy.tsx';
import { SignOut } from './sign-out.tsx';

/** One's own account: who one is, what protects it, and from where it is used. */
export function AccountPart() {
  const account = useQuery(queries.account);
  const people = useQuery(queries.people);
  return (
    <div className="scroll">
      <Asked answers={[account, people]}>
        {account.data === undefined || people.data === undefined ? null : (
          <Own account={account.data} people={people.data} />
        )}
      </Asked>
    </div>
  );
}

function Own({ account, people }: { account: Account; people: People }) {
  const own = <T extends { readonly user: string }>(rows: readonly T[]): readonly T[] =>
    rows.filter(({ user }) => user === account.user.id);
  return (
    <div className="account">
      <Who account={account} />
      <SecondFactor account={account} />
      <section className="section" aria-labelledby="devices">
        <h2 className="section-title" id="devices">
          {accountWords.devices}
        </h2>
        <Devices devices={own(people.devices)} account={account} />
      </section>
      <Keys keys={own(people.keys)} />
    </div>
  );
}

function Who({ account }: { account: Account }) {
  const [isChanging, setChanging] = useState(false);
  const { user, tenant, role, hasPassword, passwordChangedAt } = account;
  return (
    <section className="section" aria-labelledby="who">
      <h2 className="section-title" id="who">
        {accountWords.who}
      </h2>
      <dl className="facts">
        {user.fullName === null ? null : (
          <>
            <dt>{accountWords.name}</dt>
            <dd>{user.fullName}</dd>
          </>
        )}
        <dt>{accountWords.email}</dt>
        <dd>{user.email}</dd>
        <dt>{accountWords.organisation}</dt>
        <dd>{tenant.name}</dd>
        <dt>{accountWords.role}</dt>
        <dd>
          {peopleWords.roles[role]}: {peopleWords.mayDo[role]}
        </dd>
        <dt>{accountWords.password}</dt>
        <dd>
          {!hasPassword
            ? accountWords.noPassword
            : passwordChangedAt === null
              ? ''
              : accountWords.passwordSince(momentText(passwordChangedAt))}
        </dd>
      </dl>
      <div className="acts">
        {hasPassword ? (
          <Button onPress={() => setChanging(true)}>{accountWords.changePassword}</Button>
        ) : null}
        <SignOut />
        <RemoveCopy />
      </div>
      {isChanging ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
    </section>
  );
}
