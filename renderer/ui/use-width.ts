import { type RefObject, useEffect, useState } from 'react';

/** Width of an element, followed; infinite until it is known. Steps of so many pixels, so that dragging an edge draws little. */
export function useWidth(element: RefObject<HTMLElement | null>, step = 20): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useEffect(() => {
    const watched = element.current;
    if (watched === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(watched.clientWidth / step) * step));
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element, step]);
  return width;
}
