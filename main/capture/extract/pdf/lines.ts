/** A piece of text as the PDF library gives it, with its matrix already in the coordinates of the shown page. */
export interface PlacedText {
  readonly text: string;
  /** `[a, b, c, d, x, y]`: direction of the text, its height, and where its base line starts; y grows downwards. */
  readonly matrix: readonly number[];
  readonly width: number;
  readonly endsLine: boolean;
}

/** A line of text with the box it fills, in points from the top left of the page. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pieces whose base lines lie closer than this share of their height stand on one line. */
const sameLineShare = 0.6;

/** Puts pieces, in the order of the page's content, together to lines. */
export function linesOf(pieces: readonly PlacedText[]): Line[] {
  const lines: Line[] = [];
  let open: OpenLine | null = null;
  for (const piece of pieces) {
    const box = boxOf(piece);
    if (open !== null && piece.text !== '' && !continues(open, piece)) {
      close(open, lines);
      open = null;
    }
    if (piece.text !== '') {
      open ??= {
        text: '',
        left: Infinity,
        top: Infinity,
        right: -Infinity,
        bottom: -Infinity,
        baseline: piece,
      };
      open.text += piece.text;
      if (piece.text.trim() !== '') grow(open, box);
    }
    if (piece.endsLine && open !== null) {
      close(open, lines);
      open = null;
    }
  }
  if (open !== null) close(open, lines);
  return lines;
}

interface OpenLine {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
  readonly baseline: PlacedText;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function number(matrix: readonly number[], at: number): number {
  const value = matrix[at] ?? 0;
  return Number.isFinite(value) ? value : 0;
}

function heightOf(piece: PlacedText): number {
  return Math.hypot(number(piece.matrix, 2), number(piece.matrix, 3));
}

/** The upright box around a piece, which may run in any direction. */
function boxOf(piece: PlacedText): Box {
  const length = Math.hypot(number(piece.matrix, 0), number(piece.matrix, 1)) || 1;
  const alongX = (number(piece.matrix, 0) / length) * piece.width;
  const alongY = (number(piece.matrix, 1) / length) * piece.width;
  const upX = number(piece.matrix, 2);
  const upY = number(piece.matrix, 3);
  const x = number(piece.matrix, 4);
  const y = number(piece.matrix, 5);
  // A fifth of the height hangs below the base line: letters such as g and p.
  const xs = [x - upX * 0.2, x + upX * 0.8, x + alongX - upX * 0.2, x + alongX + upX * 0.8];
  const ys = [y - upY * 0.2, y + upY * 0.8, y + alongY - upY * 0.2, y + alongY + upY * 0.8];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function continues(line: OpenLine, piece: PlacedText): boolean {
  const height = Math.max(heightOf(piece), heightOf(line.baseline), 1);
  const [a, b] = [number(line.baseline.matrix, 0), number(line.baseline.matrix, 1)];
  const length = Math.hypot(a, b) || 1;
  const dx = number(piece.matrix, 4) - number(line.baseline.matrix, 4);
  const dy = number(piece.matrix, 5) - number(line.baseline.matrix, 5);
  const across = Math.abs(dx * (b / length) - dy * (a / length));
  return across <= height * sameLineShare;
}

function grow(line: OpenLine, box: Box): void {
  line.left = Math.min(line.left, box.left);
  line.top = Math.min(line.top, box.top);
  line.right = Math.max(line.right, box.right);
  line.bottom = Math.max(line.bottom, box.bottom);
}

function close(line: OpenLine, lines: Line[]): void {
  const text = line.text.replace(/\s+/g, ' ').trim();
  if (text === '') return;
  lines.push({
    text,
    x: line.left,
    y: line.top,
    width: line.right - line.left,
    height: line.bottom - line.top,
  });
}
