import { type ReactNode, useEffect, useRef } from 'react';
import { attempt } from '../../app/attempt.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { useChosen } from './use-chosen.ts';

/** Decisions that cross the border at once. */
const mostAtOnce = 500;

/** One decision among many alike: what it is about, and what a person weighs. */
export interface BulkRow {
  readonly key: string;
  readonly name: string;
  readonly cells: readonly ReactNode[];
}

/** What can become of those that are chosen. `decide` answers with how many it was done to. */
export interface BulkVerb {
  readonly title: string;
  readonly look?: 'plain' | 'danger';
  readonly decide: (keys: readonly string[]) => Promise<number>;
}

/** Decisions of one kind in a table: those that go alike are chosen and decided in one step. */
export function BulkList({
  title,
  heads,
  rows,
  verbs,
}: {
  title: string;
  heads: readonly string[];
  rows: readonly BulkRow[];
  verbs: readonly BulkVerb[];
}) {
  const { chosen, has, toggle, setAll } = useChosen(rows.map(({ key }) => key));
  const decide = async (verb: BulkVerb): Promise<void> => {
    let decided = 0;
    for (let at = 0; at < chosen.length; at += mostAtOnce) {
      decided += await verb.decide(chosen.slice(at, at + mostAtOnce));
    }
    showToast({ text: inboxWords.decided(decided) });
  };
  return (
    <>
      <div className={chosen.length === 0 ? 'tools inbox-steps' : 'tools inbox-steps bulk'}>
        <span className="grow" role="status">
          {chosen.length === 0 ? inboxWords.chooseAlike(rows.length) : inboxWords.selected(chosen.length)}
        </span>
        {verbs.map((verb) => (
          <Button
            key={verb.title}
            look={verb.look}
            disabled={chosen.length === 0}
            onPress={() => void attempt(decide(verb))}
          >
            {verb.title}
          </Button>
        ))}
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="bulk-table">
          <thead>
            <tr>
              <th scope="col">
                <AllBox count={chosen.length} of={rows.length} onChange={setAll} />
              </th>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, name, cells }) => (
              <tr key={key} data-selected={has(key) || undefined}>
                <td>
                  <input
                    type="checkbox"
                    className="row-check"
                    checked={has(key)}
                    onChange={() => toggle(key)}
                    aria-label={inboxWords.select(name)}
                  />
                </td>
                {cells.map((cell, at) => (
                  <td key={heads[at]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Chooses all or none; half ticked where some are. */
function AllBox({ count, of, onChange }: { count: number; of: number; onChange: (all: boolean) => void }) {
  const box = useRef<HTMLInputElement>(null);
  const isPart = count > 0 && count < of;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isPart;
  }, [isPart]);
  return (
    <input
      ref={box}
      type="checkbox"
      className="row-check"
      checked={count === of}
      onChange={() => onChange(count < of)}
      aria-label={inboxWords.selectAll}
    />
  );
}
