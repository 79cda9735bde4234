import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import { attempt } from '../../app/attempt.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { useChosen } from './use-chosen.ts';

/** Decisions that cross the border at once. */
const mostAtOnce = 500;

/** Pixels of the head, which stays in sight, and of a line of one row of words, as the style of tables makes them. */
const headHeight = 26;
const lineHeight = 27;

/** A column: what its cells say of a decision. Without a width it shares what the others leave. */
export interface BulkHead {
  readonly name: string;
  readonly width?: string;
}

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

/** Decisions of one kind in a table of any length: those that go alike are chosen and decided in one step. */
export function BulkList({
  title,
  heads,
  rows,
  verbs,
}: {
  title: string;
  heads: readonly BulkHead[];
  rows: readonly BulkRow[];
  verbs: readonly BulkVerb[];
}) {
  const { chosen, has, toggle, setAll } = useChosen(rows.map(({ key }) => key));
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    scrollMargin: headHeight,
  });
  const lines = virtual.getVirtualItems();
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
      <div ref={scroll} className="scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="bulk-table" aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col">
                <AllBox count={chosen.length} of={rows.length} onChange={setAll} />
              </th>
              {heads.map(({ name, width }) => (
                <th key={name} scope="col" style={{ width }}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={(lines[0]?.start ?? headHeight) - headHeight} columns={heads.length + 1} />
            {lines.map(({ index }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const { key, name, cells } = row;
              return (
                <tr
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  aria-rowindex={index + 2}
                  data-selected={has(key) || undefined}
                >
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
                    <td key={heads[at]?.name}>{cell}</td>
                  ))}
                </tr>
              );
            })}
            <Gap
              height={virtual.getTotalSize() + headHeight - (lines.at(-1)?.end ?? headHeight)}
              columns={heads.length + 1}
            />
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Holds the place of lines that are out of sight. */
function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true" className="bulk-gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
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
