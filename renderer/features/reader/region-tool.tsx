import { type PointerEvent as Press, useState } from 'react';
import type { Rectangle } from '../../../db/catalogue/anchor.ts';
import { markWords } from '../../messages/reader.ts';
import type { Markable } from './mark-bar.tsx';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Least width and height of a region, as a share of the page: less is a slip of the hand. */
const leastShare = 0.005;

function between(a: Point, b: Point): Rectangle {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/**
 * A sheet over a page on which a region is chosen: by dragging from corner to corner, or by pressing one corner and then the
 * other, for those who cannot drag. Esc begins anew.
 */
export function RegionTool({
  evidenceId,
  page,
  onChosen,
}: {
  evidenceId: string;
  page: number;
  onChosen: (region: Markable) => void;
}) {
  const [first, setFirst] = useState<Point>();
  const [last, setLast] = useState<Point>();
  const at = ({ clientX, clientY, currentTarget }: Press): Point => {
    const box = currentTarget.getBoundingClientRect();
    const share = (from: number, of: number): number => Math.min(1, Math.max(0, from / of));
    return { x: share(clientX - box.left, box.width), y: share(clientY - box.top, box.height) };
  };
  const end = (press: Press): void => {
    if (first === undefined) return;
    // Where the pointer is let go, whether or not its way there was drawn.
    const rectangle = between(first, at(press));
    if (rectangle.width < leastShare || rectangle.height < leastShare) return;
    const box = press.currentTarget.getBoundingClientRect();
    const region = { type: 'PageSelector' as const, page, rectangles: [rectangle] };
    setFirst(undefined);
    onChosen({
      selectors: [region],
      source: { evidenceId, region },
      x: box.left + (rectangle.x + rectangle.width / 2) * box.width,
      y: box.top + (rectangle.y + rectangle.height) * box.height,
    });
  };
  const drawn = first === undefined || last === undefined ? undefined : between(first, last);
  return (
    <div
      className="region-tool"
      role="application"
      aria-label={markWords.regionOn(page)}
      tabIndex={-1}
      onPointerDown={(press) => {
        press.currentTarget.focus();
        if (first !== undefined) return;
        press.currentTarget.setPointerCapture(press.pointerId);
        setFirst(at(press));
        setLast(at(press));
      }}
      onPointerMove={(press) => {
        if (first !== undefined) setLast(at(press));
      }}
      onPointerUp={(press) => {
        press.stopPropagation();
        end(press);
      }}
      onKeyDown={(press) => {
        if (press.key === 'Escape') setFirst(undefined);
      }}
    >
      {drawn === undefined ? null : (
        <div
          className="region-box"
          style={{
            left: `${drawn.x * 100}%`,
            top: `${drawn.y * 100}%`,
            width: `${drawn.width * 100}%`,
            height: `${drawn.height * 100}%`,
          }}
        />
      )}
    </div>
  );
}
