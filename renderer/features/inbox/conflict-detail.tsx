import { useState } from 'react';
import type { SyncConflict } from '../../../preload/contract/inbox.ts';
import { attempt } from '../../app/attempt.ts';
import { useCommands } from '../../app/commands.ts';
import { useClient } from '../../data/query.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { showHistory } from '../history/history-dialog.tsx';
import { type Choice, ConflictField } from './conflict-field.tsx';
import { DetailHead } from './detail-head.tsx';
import { signature } from './signature.ts';

/**
 * One row that several people wrote at once, field by field: before, what is shown, the other version, and what is to become of it.
 * Nothing is changed before the person finishes.
 */
export function ConflictDetail({
  conflicts,
  onDone,
}: {
  conflicts: readonly [SyncConflict, ...SyncConflict[]];
  onDone: () => void;
}) {
  const client = useClient();
  const [first] = conflicts;
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const choose = (id: string, choice: Choice) => setChoices((now) => new Map(now).set(id, choice));
  const left = conflicts.filter(({ id }) => !isMade(choices.get(id))).length;
  const finish = async (decided: ReadonlyMap<string, Choice>): Promise<void> => {
    for (const take of ['mine', 'theirs'] as const) {
      const ids = conflicts.flatMap(({ id }) => (decided.get(id)?.take === take ? [id] : []));
      if (ids.length > 0 && !(await attempt(client.sync.decide({ ids, take })))) return;
    }
    for (const { id } of conflicts) {
      const choice = decided.get(id);
      if (choice?.take !== 'merged') continue;
      if (!(await attempt(client.sync.decide({ ids: [id], take: 'merged', value: choice.value })))) return;
    }
    onDone();
  };
  const all = (take: 'mine' | 'theirs') =>
    void finish(new Map(conflicts.map(({ id }): [string, Choice] => [id, { take }])));
  const undecided = conflicts.find(({ id }) => !isMade(choices.get(id)));
  const pick = (take: 'mine' | 'theirs') => {
    if (undecided !== undefined) choose(undecided.id, { take });
  };
  const name = first.title || first.label;
  useCommands([
    { id: 'inbox-mine', title: inboxWords.keepMine, keys: 'm', run: () => all('mine') },
    { id: 'inbox-theirs', title: inboxWords.takeTheirs, keys: 't', run: () => all('theirs') },
    { id: 'inbox-field-mine', title: inboxWords.fieldMine, keys: '1', run: () => pick('mine') },
    { id: 'inbox-field-theirs', title: inboxWords.fieldTheirs, keys: '2', run: () => pick('theirs') },
    {
      id: 'inbox-finish',
      title: inboxWords.finish,
      keys: '$mod+Enter',
      run: () => {
        if (left === 0) void finish(choices);
      },
    },
  ]);
  return (
    <>
      <DetailHead
        title={name}
        label={first.label}
        lead={inboxWords.conflictLead(
          first.lostBy.isMine ? (first.shownBy?.name ?? '') : first.by,
          conflicts.length,
        )}
      >
        <Button keys="m" onPress={() => all('mine')}>
          {inboxWords.keepMine}
        </Button>
        <Button keys="t" onPress={() => all('theirs')}>
          {inboxWords.takeTheirs}
        </Button>
      </DetailHead>
      <div className="scroll" tabIndex={0} role="region" aria-label={inboxWords.fieldsOf(name)}>
        <table className="merge">
          <thead>
            <tr>
              <th scope="col">{inboxWords.field}</th>
              <th scope="col">{inboxWords.base}</th>
              <th scope="col">
                {inboxWords.mine}
                <span>{first.shownBy === null ? '' : signature(first.shownBy)}</span>
              </th>
              <th scope="col">
                {inboxWords.other}
                <span>{signature(first.lostBy)}</span>
              </th>
              <th scope="col">{inboxWords.result}</th>
            </tr>
          </thead>
          <tbody>
            {conflicts.map((conflict) => (
              <ConflictField
                key={conflict.id}
                conflict={conflict}
                choice={choices.get(conflict.id)}
                onChoose={(choice) => choose(conflict.id, choice)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className="commit">
        <span className="dim grow" role="status">
          {inboxWords.choicesLeft(left)}
        </span>
        <Button onPress={() => showHistory({ entity: first.entity, id: first.row, name })}>
          {historyWords.verb}
        </Button>
        <Button look="primary" keys="$mod+Enter" disabled={left > 0} onPress={() => void finish(choices)}>
          {inboxWords.finish}
        </Button>
      </div>
    </>
  );
}

function isMade(choice: Choice | undefined): boolean {
  return choice !== undefined && (choice.take !== 'merged' || choice.value.trim() !== '');
}
