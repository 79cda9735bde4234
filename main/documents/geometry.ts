import { inflateRawSync } from 'node:zlib';
import type { PageGeometry } from '../capture/extract/types.ts';

/** Bytes that a geometry may unpack to: some ten thousand pages of dense print. */
const maxBytes = 512 * 1024 * 1024;

/** A rectangle on a page, in points from the top left of the page as it is shown. */
export interface PassageRectangle {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Reads what capture keeps under an extraction's `geometry_hash`. */
export function decodeGeometry(bytes: Uint8Array): readonly PageGeometry[] {
  const unpacked = inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  return (JSON.parse(unpacked) as { readonly pages: readonly PageGeometry[] }).pages;
}

/**
 * Where a passage of the text stands: a rectangle for each line that it touches. Inside a line the place is estimated by
 * the share of its characters.
 */
export function passageRectangles(
  geometry: readonly PageGeometry[],
  start: number,
  end: number,
): PassageRectangle[] {
  const found: PassageRectangle[] = [];
  for (const { page, lines } of geometry) {
    for (let at = 0; at + 5 < lines.length; at += 6) {
      const [from = 0, to = 0, x = 0, y = 0, width = 0, height = 0] = lines.slice(at, at + 6);
      if (to <= start || from >= end || to === from) continue;
      const left = (Math.max(start, from) - from) / (to - from);
      const right = (Math.min(end, to) - from) / (to - from);
      found.push({ page, x: x + width * left, y, width: width * (right - left), height });
    }
  }
  return found;
}
