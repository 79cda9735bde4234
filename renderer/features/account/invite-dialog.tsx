import { useState } from 'react';
import type { Account, TenantRole } from '../../../preload/contract/people.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useCache, useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { rolesToGive } from './roles-to-give.ts';
import { ShownOnce } from './shown-once.tsx';

/** Invites somebody by a link that is shown once. */
export function InviteDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const client = useClient();
  const cache = useCache();
  const { busy, error, submit } = useSubmit();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<TenantRole>('analyst');
  const [made, setMade] = useState<{ link: string; expiresAt: number }>();
  const invite = async (): Promise<void> => {
    setMade(await client.people.invite({ email: email.trim(), role }));
    cache.invalidate(new Set(['people']));
  };
  if (made !== undefined) {
    return (
      <ShownOnce
        title={peopleWords.linkTitle(email.trim())}
        lead={peopleWords.linkLead(momentText(new Date(made.expiresAt).toISOString()))}
        secret={made.link}
        copy={peopleWords.copyLink}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={peopleWords.inviteTitle}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button look="primary" disabled={busy || !email.includes('@')} onPress={() => void submit(invite)}>
            {peopleWords.makeLink}
          </Button>
        </>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField label={peopleWords.email} value={email} onChange={setEmail} autoFocus required />
        <Select
          label={peopleWords.role}
          choices={rolesToGive(account).map((each) => ({ id: each, title: peopleWords.roles[each] }))}
          value={role}
          onChange={setRole}
        />
        <p className="note">
          {peopleWords.roles[role]}: {peopleWords.mayDo[role]}
        </p>
      </div>
    </Dialog>
  );
}
