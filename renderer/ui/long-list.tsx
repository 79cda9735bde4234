import { useVirtualizer } from '@tanstack/react-virtual';
import type { ReactNode, RefObject } from 'react';
import { useEffect, useRef } from 'react';

/** Lines that are drawn beyond what is in sight, so that a step by Tab finds the next one there. */
const overscan = 12;

/**
 * Lines one under another, of any number and each of its own height; those in sight are drawn. It stands first in what scrolls.
 * `shown` is the key of the line that is to be in sight, and comes there whenever it is another.
 */
export function LongList<T>({
  items,
  keyOf,
  estimate,
  scroll,
  shown,
  children,
}: {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** Pixels of a line, as far as can be said before it is drawn. */
  estimate: (item: T) => number;
  scroll: RefObject<HTMLElement | null>;
  shown?: string | undefined;
  children: (item: T) => ReactNode;
}) {
  const at = (index: number): T => {
    const item = items[index];
    if (item === undefined) throw new RangeError('There is no such line.');
    return item;
  };
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => estimate(at(index)),
    getItemKey: (index) => keyOf(at(index)),
    overscan,
  });
  const place = shown === undefined ? -1 : items.findIndex((item) => keyOf(item) === shown);
  const brought = useRef<string>(undefined);
  useEffect(() => {
    // Where others come and go around it, the person may have scrolled elsewhere: it is brought once.
    if (brought.current === shown || place < 0) return;
    brought.current = shown;
    virtual.scrollToIndex(place);
  }, [virtual, shown, place]);
  return (
    <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => (
        <div
          key={key}
          data-index={index}
          ref={virtual.measureElement}
          style={{ position: 'absolute', top: start, left: 0, right: 0 }}
        >
          {children(at(index))}
        </div>
      ))}
    </div>
  );
}
