import { useState } from 'react';

/** Which of some items are chosen. Items that are gone do not count. */
export function useChosen<T>(items: readonly T[]) {
  const [marked, setMarked] = useState<ReadonlySet<T>>(new Set());
  const chosen = items.filter((item) => marked.has(item));
  return {
    chosen,
    has: (item: T) => marked.has(item),
    toggle: (item: T) => {
      const next = new Set(marked);
      if (!next.delete(item)) next.add(item);
      setMarked(next);
    },
    setAll: (all: boolean) => setMarked(new Set(all ? items : [])),
  };
}
