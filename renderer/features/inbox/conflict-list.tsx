import { useState } from 'react';
import type { SyncConflict } from '../../../preload/contract/inbox.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { valueText } from '../history/history-values.ts';
import { useChosen } from './use-chosen.ts';

type Take = 'mine' | 'theirs' | 'merged';

/** What two laptops wrote at the same time, field by field: each is decided by a person, one by one or many at once. */
export function ConflictList({ conflicts }: { conflicts: readonly SyncConflict[] }) {
  const client = useClient();
  const { chosen, has, toggle, clear } = useChosen(conflicts.map(({ id }) => id));
  const decide = async (ids: readonly string[], take: Take, value?: string): Promise<void> => {
    try {
      const { decided } = await client.sync.decide({
        ids: [...ids],
        take,
        ...(value === undefined ? {} : { value }),
      });
      clear();
      showToast({ text: inboxWords.decided(decided) });
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  };
  if (conflicts.length === 0) {
    return <EmptyState title={inboxWords.noConflicts}>{inboxWords.noConflictsHint}</EmptyState>;
  }
  return (
    <div className="scroll">
      {chosen.length === 0 ? null : (
        <div className="tools">
          <div className="bulk grow">
            <span className="grow">{inboxWords.selected(chosen.length)}</span>
            <Button onPress={() => void decide(chosen, 'mine')}>{inboxWords.keepMine}</Button>
            <Button onPress={() => void decide(chosen, 'theirs')}>{inboxWords.takeTheirs}</Button>
          </div>
        </div>
      )}
      <ul className="decisions">
        {conflicts.map((conflict) => (
          <ConflictItem
            key={conflict.id}
            conflict={conflict}
            chosen={has(conflict.id)}
            onToggle={() => toggle(conflict.id)}
            onDecide={(take, value) => void decide([conflict.id], take, value)}
          />
        ))}
      </ul>
    </div>
  );
}

function ConflictItem({
  conflict,
  chosen,
  onToggle,
  onDecide,
}: {
  conflict: SyncConflict;
  chosen: boolean;
  onToggle: () => void;
  onDecide: (take: Take, value?: string) => void;
}) {
  const { base, shown, lost, by, column, label, title } = conflict;
  const isText = typeof shown === 'string' || typeof lost === 'string';
  const [draft, setDraft] = useState<string>();
  const name = `${title === '' ? label : title}: ${historyWords.field(column)}`;
  return (
    <li className="decision" aria-label={name}>
      <div className="row">
        <input
          type="checkbox"
          className="row-check"
          checked={chosen}
          onChange={onToggle}
          aria-label={inboxWords.select(name)}
        />
        <h3 className="grow cut">{name}</h3>
        <span className="ref">{label}</span>
      </div>
      <dl className="versions">
        <div>
          <dt>{inboxWords.base}</dt>
          <dd>{valueText(base)}</dd>
        </div>
        <div>
          <dt>{inboxWords.mine}</dt>
          <dd>{valueText(shown)}</dd>
        </div>
        <div>
          <dt>{inboxWords.theirs(by)}</dt>
          <dd>{valueText(lost)}</dd>
        </div>
      </dl>
      {draft === undefined ? null : (
        <TextField label={inboxWords.merged} value={draft} lines={3} onChange={setDraft} autoFocus />
      )}
      <div className="acts">
        {draft === undefined ? (
          <>
            <Button onPress={() => onDecide('mine')}>{inboxWords.keepMine}</Button>
            <Button onPress={() => onDecide('theirs')}>{inboxWords.takeTheirs}</Button>
            {isText ? (
              <Button look="bare" onPress={() => setDraft([shown, lost].filter(isWords).join('\n'))}>
                {inboxWords.merge}
              </Button>
            ) : null}
          </>
        ) : (
          <Button look="primary" disabled={draft.trim() === ''} onPress={() => onDecide('merged', draft)}>
            {inboxWords.merge}
          </Button>
        )}
      </div>
    </li>
  );
}

function isWords(value: unknown): value is string {
  return typeof value === 'string';
}
