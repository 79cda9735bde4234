/** A step of an outline, as fontkit draws a glyph: end points last, control points before them. */
export interface OutlineStep {
  readonly command: string;
  readonly args: readonly number[];
}

/** A glyph as fontkit answers it. */
interface Glyph {
  readonly advanceWidth: number;
  codePoints: readonly number[];
  readonly path: { readonly commands: readonly OutlineStep[] };
}

/** What a TrueType subset of fontkit gathers while it is written. */
export interface FontSubset {
  readonly font: { getGlyph(id: number, points?: readonly number[]): Glyph };
  readonly glyf: Uint8Array[];
  readonly loca: { version: number; readonly offsets: number[] };
  readonly hmtx: { readonly metrics: { advance: number; bearing: number }[] };
  offset: number;
  _addGlyph: (id: number) => number;
}

/** Long offsets in `loca`, which hold a table of any size (OpenType, `head.indexToLocFormat`). */
const longOffsets = 1;

/**
 * Lets a subset of a WOFF2 font be embedded. fontkit copies a glyph's bytes as they stand in the file, which are transformed in
 * WOFF2, and leaves accented letters without their parts. Here each glyph is written anew from its outline, and keeps its characters.
 */
export function writeOutlines(subset: FontSubset): void {
  const { font } = subset;
  const glyphOf = font.getGlyph.bind(font);
  // A glyph that was first met as a part of another (the dots of a colon) has no characters, and could not be copied as text.
  font.getGlyph = (id, points = []) => {
    const glyph = glyphOf(id, points);
    if (glyph.codePoints.length === 0 && points.length > 0) glyph.codePoints = points;
    return glyph;
  };
  subset._addGlyph = (id) => {
    const glyph = glyphOf(id);
    const { bytes, left } = simpleGlyph(glyph.path.commands);
    subset.loca.version = longOffsets;
    subset.glyf.push(bytes);
    subset.loca.offsets.push(subset.offset);
    subset.hmtx.metrics.push({ advance: glyph.advanceWidth, bearing: left });
    subset.offset += bytes.length;
    return subset.glyf.length - 1;
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

/** An outline as a simple glyph description (OpenType, table `glyf`), its left edge beside it. Empty for a blank. */
export function simpleGlyph(steps: readonly OutlineStep[]): { bytes: Uint8Array; left: number } {
  const contours = contoursOf(steps);
  const points = contours.flat();
  if (points.length === 0) return { bytes: new Uint8Array(0), left: 0 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const size = 10 + contours.length * 2 + 2 + points.length * 5;
  const bytes = new Uint8Array(Math.ceil(size / 4) * 4);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (value: number): void => {
    view.setInt16(at, value);
    at += 2;
  };
  for (const value of [contours.length, ...box]) put(value);
  let last = -1;
  for (const contour of contours) put((last += contour.length));
  // No instructions: they were made for the outline as it stood in the file.
  put(0);
  for (const { onCurve } of points) view.setUint8(at++, onCurve ? 1 : 0);
  for (const values of [xs, ys]) {
    for (const [index, value] of values.entries()) put(value - (values[index - 1] ?? 0));
  }
  return { bytes, left: box[0] ?? 0 };
}

function contoursOf(steps: readonly OutlineStep[]): Point[][] {
  const contours: Point[][] = [];
  for (const { command, args } of steps) {
    if (command === 'moveTo') contours.push([]);
    const contour = contours.at(-1);
    if (contour === undefined || command === 'closePath') continue;
    for (let at = 0; at + 1 < args.length; at += 2) {
      const onCurve = at + 2 >= args.length;
      contour.push({ x: Math.round(args[at] ?? 0), y: Math.round(args[at + 1] ?? 0), onCurve });
    }
  }
  return contours.filter((contour) => contour.length > 0);
}
