import { useState } from 'react';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useClient, useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox, Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { projectName } from './project-name.ts';
import { ShownOnce } from './shown-once.tsx';

const everywhere = 'everywhere';
const scopes = Object.keys(accountWords.scopes) as (keyof typeof accountWords.scopes)[];

/** Makes a key for a script; it is shown once. */
export function KeyDialog({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const cache = useCache();
  const { busy, error, submit } = useSubmit();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(['read']));
  const [days, setDays] = useState<(typeof accountWords.days)[number]['id']>('90');
  const [reach, setReach] = useState(everywhere);
  const [key, setKey] = useState<string>();
  const projects = useQuery(queries.rows('projects')).data?.rows ?? [];
  const reaches = [
    { id: everywhere, title: accountWords.reachAll },
    ...projects.map((row) => ({ id: row.id, title: projectName(row) })),
  ];
  const create = async (): Promise<void> => {
    const made = await client.account.createKey({
      name,
      scopes: scopes.filter((scope) => chosen.has(scope)),
      ...(reach === everywhere ? {} : { project: reach }),
      ...(days === 'ever' ? {} : { days: Number(days) }),
    });
    setKey(made.key);
    cache.invalidate(new Set(['people']));
  };
  if (key !== undefined) {
    return (
      <ShownOnce
        title={accountWords.key}
        lead={accountWords.keyMade}
        secret={key}
        copy={accountWords.copyKey}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={accountWords.newKey}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            look="primary"
            disabled={busy || name === '' || chosen.size === 0}
            onPress={() => void submit(create)}
          >
            {accountWords.createKey}
          </Button>
        </>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField label={accountWords.keyName} value={name} onChange={setName} autoFocus required />
        <fieldset className="choices">
          <legend className="form-label">{accountWords.keyScopes}</legend>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              on={chosen.has(scope)}
              onChange={(on) => {
                const next = new Set(chosen);
                if (on) next.add(scope);
                else next.delete(scope);
                setChosen(next);
              }}
            >
              {accountWords.scopes[scope]}
            </Checkbox>
          ))}
        </fieldset>
        <Select label={accountWords.keyReach} choices={reaches} value={reach} onChange={setReach} />
        <Select label={accountWords.keyDays} choices={accountWords.days} value={days} onChange={setDays} />
      </div>
    </Dialog>
  );
}
