import { useState } from 'react';
import type { People } from '../../../preload/contract/people.ts';
import { useAction } from '../../app/use-action.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { ago } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';
import { useNow } from '../sync/sync-status.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { projectName } from './project-name.ts';

/** Keys by which scripts work in one's name. */
export function Keys({ keys }: { keys: readonly People['keys'][number][] }) {
  const client = useClient();
  const now = useNow();
  const { busy, run } = useAction('people');
  const projects = useQuery(queries.rows('projects')).data?.rows ?? [];
  const reachOf = (id: string): string => {
    const row = projects.find((each) => each.id === id);
    return row === undefined ? accountWords.reachUnknown : accountWords.reachOne(projectName(row));
  };
  const [isMaking, setMaking] = useState(false);
  return (
    <section className="section" aria-labelledby="keys">
      <h2 className="section-title" id="keys">
        {accountWords.keys}
      </h2>
      <p>{accountWords.keysLead}</p>
      {keys.length === 0 ? (
        <p className="dim">{accountWords.noKeys}</p>
      ) : (
        <ul className="entries">
          {keys.map(({ id, name, scopes, project, status, lastUsedAt, expiresAt }) => {
            const used = lastUsedAt === null ? accountWords.neverUsed : ago(lastUsedAt, now);
            const facts = [
              scopes.join(', '),
              ...(project === null ? [] : [reachOf(project)]),
              `${accountWords.lastUsed.toLowerCase()} ${used}`,
              ...(expiresAt === null ? [] : [`${accountWords.until.toLowerCase()} ${momentText(expiresAt)}`]),
            ];
            return (
              <li key={id} className="row" aria-label={name}>
                <span className="grow">
                  <span className="name">{name}</span>
                  <span className="dim">{status === 'active' ? facts.join('; ') : accountWords.revoked}</span>
                </span>
                {status === 'active' ? (
                  <Button
                    look="danger"
                    disabled={busy}
                    onPress={() => run(() => client.account.revokeKey({ id }))}
                  >
                    {accountWords.revokeKey}
                  </Button>
                ) : null}
              </li>
            );
          })}
        </ul>
      )}
      <div className="acts">
        <Button onPress={() => setMaking(true)}>{accountWords.newKey}</Button>
      </div>
      {isMaking ? <KeyDialog onClose={() => setMaking(false)} /> : null}
    </section>
  );
}
