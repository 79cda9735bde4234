import { useRef, useState } from 'react';
import type { WindowedRows } from '../data/windowed-rows.ts';

/** Jumping to a row by the beginning of its name. */
export interface TypeAhead {
  /** What was typed so far; null while nobody types. */
  readonly text: string | null;
  /** Takes a key press; true where it was for the jumping alone. */
  readonly press: (event: React.KeyboardEvent) => boolean;
  readonly end: () => void;
}

/**
 * Letters after `;` jump to the next row that begins with them, the row under the cursor included; `;` again goes to the one
 * after it. Rows that are not held are asked for, and the newest answer wins.
 */
export function useTypeAhead<T extends { readonly id: string }>(
  rows: WindowedRows<T>,
  cursor: number,
  titleOf: (row: T) => string,
  jump: (to: number) => void,
): TypeAhead {
  const [text, setText] = useState<string | null>(null);
  const turn = useRef(0);
  async function seek(wanted: string, from: number): Promise<void> {
    turn.current += 1;
    const mine = turn.current;
    const start = wanted.toLocaleLowerCase();
    if (start === '') return;
    const found = await rows.find(
      from,
      (row) => titleOf(row).toLocaleLowerCase().startsWith(start),
      () => turn.current !== mine,
    );
    if (found !== null && turn.current === mine) jump(found);
  }
  function type(next: string): void {
    setText(next);
    void seek(next, cursor);
  }
  function end(): void {
    turn.current += 1;
    setText(null);
  }
  function press(event: React.KeyboardEvent): boolean {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (text === null) {
      if (key !== ';') return false;
      setText('');
    } else if (key === ';') void seek(text, cursor + 1);
    else if (key === 'Backspace') type(text.slice(0, -1));
    else if (key.length === 1) type(text + key);
    else {
      if (key !== 'Shift') end();
      return key === 'Escape' || key === 'Enter';
    }
    return true;
  }
  return { text, press, end };
}
