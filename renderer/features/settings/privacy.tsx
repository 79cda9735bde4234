import { useEffect, useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { useAction } from '../../app/use-action.ts';

type Policy = Parameters<ReturnType<typeof useClient>['privacy']['setPolicy']>[0]['settings'];

/** The policy that a text spells. Throws a sentence where it is no JSON. */
function policyOf(text: string): Policy {
  try {
    return JSON.parse(text) as Policy;
  } catch {
    throw Object.assign(new Error(settingsWords.policyNoJson), { code: 'invalid-input' });
  }
}

/** The rules of what may leave, what would leave now, and receipts of what did. */
export function Privacy() {
  const client = useClient();
  const policy = useQuery(queries.policy).data;
  const receipts = useQuery(queries.receipts).data ?? [];
  const { run } = useAction('settings');
  const [text, setText] = useState('');
  const [leaving, setLeaving] = useState('');
  useEffect(() => setText(JSON.stringify(policy?.settings ?? {}, null, 2)), [policy]);
  useEffect(() => {
    client.privacy.leaving({ to: 'export' }).then(
      (answer) => setLeaving(answer.sentence),
      () => setLeaving(''),
    );
  }, [client, policy]);
  return (
    <div className="form section">
      <TextField
        label={settingsWords.policy}
        hint={settingsWords.policyHint}
        value={text}
        onChange={setText}
        lines={10}
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
      <p>{leaving}</p>
      <h2 className="section-title">{settingsWords.receipts}</h2>
      {receipts.length === 0 ? <p className="dim">{settingsWords.noReceipts}</p> : null}
      <ul className="log">
        {receipts.map((receipt) => (
          <li key={receipt.id}>
            <span>
              {receipt.sentence} <span className="mono-small">{receipt.rule}</span>
            </span>
            <time dateTime={receipt.at}>{new Date(receipt.at).toLocaleString()}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}
