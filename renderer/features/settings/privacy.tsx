import { useEffect, useState } from 'react';
import type { LeavingItem } from '../../../preload/contract/governance.ts';
import { groupBy } from '../../data/group-by.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { leavingWords } from '../../messages/leaving.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { useAction } from '../../app/use-action.ts';

/** Rows that are looked at, at the most. */
const mostLooked = 1000;

type Policy = Parameters<ReturnType<typeof useClient>['privacy']['setPolicy']>[0]['settings'];

/** The policy that a text spells. Throws a sentence where it is no JSON. */
function policyOf(text: string): Policy {
  try {
    return JSON.parse(text) as Policy;
  } catch {
    throw Object.assign(new Error(settingsWords.policyNoJson), { code: 'invalid-input' });
  }
}

type Ruling = LeavingItem['decision'];

/** What an export of everything would do by which rule, and to how many rows. */
interface Share {
  readonly decision: Ruling;
  readonly rule: string;
  readonly rows: number;
}

function sharesOf(items: readonly LeavingItem[]): readonly Share[] {
  const byRule = groupBy(items, ({ decision, rule }) => `${decision} ${rule}`);
  return [...byRule.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ decision: first.decision, rule: first.rule, rows: others.length + 1 }],
  );
}

/** The rules of what may leave, and what they come to. Receipts of what left have a part of their own. */
export function Privacy() {
  const client = useClient();
  const policy = useQuery(queries.policy).data;
  const { run } = useAction('settings');
  const [text, setText] = useState('');
  const [shares, setShares] = useState<readonly Share[]>([]);
  useEffect(() => setText(JSON.stringify(policy?.settings ?? {}, null, 2)), [policy]);
  useEffect(() => {
    client.privacy.leaving({ to: 'export', limit: mostLooked }).then(
      ({ items }) => setShares(sharesOf(items)),
      () => setShares([]),
    );
  }, [client, policy]);
  return (
    <>
      <TextField
        label={settingsWords.policy}
        hint={settingsWords.policyHint}
        value={text}
        onChange={setText}
        lines={12}
      />
      <div className="acts">
        <Button
          onPress={() =>
            run(async () => {
              await client.privacy.setPolicy({ settings: policyOf(text) });
            })
          }
        >
          {settingsWords.save}
        </Button>
      </div>
      <h2 className="section-title">{settingsWords.leaving}</h2>
      {shares.length === 0 ? <p className="dim">{settingsWords.nothingLeaves}</p> : null}
      <ul className="log">
        {shares.map(({ decision, rule, rows }) => (
          <li key={`${decision} ${rule}`}>
            <span>
              {leavingWords.groups[decision]} <span className="mono-small">{rule}</span>
            </span>
            <span className="num">{settingsWords.rows(rows)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
