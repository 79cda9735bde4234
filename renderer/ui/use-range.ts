import { useRef } from 'react';
import type { WindowedRows } from '../data/windowed-rows.ts';
import { common } from '../messages/common.ts';
import { showToast } from './toasts.tsx';

/** Choosing of rows that follow each other. Places are those of the list as it stands at the call. */
export interface Range {
  /** Where the next range begins. */
  readonly beginAt: (index: number) => void;
  /** Chooses from where the range was begun to a place. */
  readonly extendTo: (index: number) => void;
  /** Chooses all rows between two places, both included. */
  readonly choose: (from: number, to: number) => void;
}

/**
 * The beginning of a range is a row, not a place: a list may take another order between two presses, as when relevance becomes known.
 * Rows that are not held are asked for, and the newest range wins, whichever answer comes first. Until a range is begun, it begins at the
 * cursor.
 */
export function useRange<T extends { readonly id: string }>(
  rows: WindowedRows<T>,
  cursor: number,
  onSelected: ((ids: ReadonlySet<string>) => void) | undefined,
): Range {
  const begun = useRef<{
    readonly rows: WindowedRows<T>;
    readonly index: number;
    readonly id: string | undefined;
  }>(undefined);
  const turn = useRef(0);
  function beginAt(index: number): void {
    begun.current = { rows, index, id: rows.row(index)?.id };
  }
  function beginning(): number {
    const { current } = begun;
    if (current?.rows !== rows) return cursor;
    return (current.id === undefined ? null : rows.indexOf(current.id)) ?? current.index;
  }
  async function ask(from: number, to: number): Promise<void> {
    turn.current += 1;
    const mine = turn.current;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const ids = await rows.ids(first, last);
    if (turn.current !== mine) return;
    const asked = last - first + 1;
    if (ids.length < asked) showToast({ text: common.selectedFirst(ids.length, asked) });
    onSelected?.(new Set(ids));
  }
  return {
    beginAt,
    extendTo: (index) => void ask(beginning(), index),
    choose: (from, to) => void ask(from, to),
  };
}
