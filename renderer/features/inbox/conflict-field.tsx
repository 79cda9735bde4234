import { useId } from 'react';
import type { SyncConflict } from '../../../preload/contract/inbox.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { valueText } from '../history/history-values.ts';
import { newWords } from './word-diff.ts';

/** What is to become of a field. */
export type Choice =
  { readonly take: 'mine' | 'theirs' } | { readonly take: 'merged'; readonly value: string };

/** Words beyond which a merged text is written over several lines. */
const shortText = 80;

/** One field with its versions, one of which is picked, or merged in place. */
export function ConflictField({
  conflict,
  choice,
  onChoose,
}: {
  conflict: SyncConflict;
  choice: Choice | undefined;
  onChoose: (choice: Choice) => void;
}) {
  const group = useId();
  const { base, shown, lost, column } = conflict;
  const name = historyWords.field(column);
  const before = valueText(base);
  const isText = typeof shown === 'string' || typeof lost === 'string';
  const version = (take: 'mine' | 'theirs', value: unknown) => (
    <td className={choice?.take === take ? 'picked' : undefined}>
      <label className="pick">
        <input
          type="radio"
          name={group}
          checked={choice?.take === take}
          onChange={() => onChoose({ take })}
          aria-label={`${name}: ${take === 'mine' ? inboxWords.keepMine : inboxWords.takeTheirs}`}
        />
        <span>
          <NewWords before={typeof base === 'string' ? before : ''} now={valueText(value)} />
        </span>
      </label>
    </td>
  );
  return (
    <tr className="ask">
      <th scope="row">{name}</th>
      <td>{before}</td>
      {version('mine', shown)}
      {version('theirs', lost)}
      <td>
        {choice?.take === 'merged' ? (
          <TextField
            label={inboxWords.merged}
            value={choice.value}
            lines={choice.value.length > shortText ? 6 : 3}
            onChange={(value) => onChoose({ take: 'merged', value })}
            autoFocus
          />
        ) : (
          <>
            <span className={choice === undefined ? 'res none' : 'res need'}>
              {choice === undefined ? inboxWords.chooseOne : valueText(choice.take === 'mine' ? shown : lost)}
            </span>
            {isText ? (
              <Button
                look="bare"
                label={inboxWords.mergeOf(name)}
                onPress={() => onChoose({ take: 'merged', value: bothOf(shown, lost) })}
              >
                {inboxWords.merge}
              </Button>
            ) : null}
          </>
        )}
      </td>
    </tr>
  );
}

/** Both versions, one below the other, as what a merged text is made from. */
function bothOf(...versions: readonly unknown[]): string {
  return versions.filter((value) => typeof value === 'string').join('\n');
}

function NewWords({ before, now }: { before: string; now: string }) {
  let at = 0;
  return newWords(before, now).map(({ text, isNew }) => {
    const key = at;
    at += text.length;
    return isNew ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>;
  });
}
