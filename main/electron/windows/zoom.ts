import type { WebContents } from 'electron';
import type { ZoomStep } from '../../../preload/contract/shell.ts';

/** Sizes that one steps through, in per cent of the design's own. */
export const zoomSizes = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300] as const;

/** The next size in a direction; the ends stay where they are. */
export function nextZoom(now: number, step: ZoomStep): number {
  if (step === 'reset') return 100;
  const found =
    step === 'in' ? zoomSizes.find((size) => size > now) : zoomSizes.findLast((size) => size < now);
  return found ?? now;
}

/** The size of what a window shows, in whole per cent. */
export function zoomOf(contents: Pick<WebContents, 'getZoomFactor'>): number {
  return Math.round(contents.getZoomFactor() * 100);
}

/** Shows a window's page larger or smaller, and answers with its size. */
export function zoom(contents: Pick<WebContents, 'getZoomFactor' | 'setZoomFactor'>, step: ZoomStep): number {
  const size = nextZoom(zoomOf(contents), step);
  contents.setZoomFactor(size / 100);
  return size;
}
