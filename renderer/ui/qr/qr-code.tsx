import { useMemo } from 'react';
import { qrMatrix } from './matrix.ts';

/** Light modules around a code, without which readers do not find it. */
const quiet = 4;

/** A text as a QR code, drawn here: it is shown to nobody else. What it says stands beside it as text, for who cannot scan it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const matrix = useMemo(() => qrMatrix(text), [text]);
  if (matrix === null) return null;
  const side = matrix.length + quiet * 2;
  const path = matrix
    .flatMap((row, y) => row.map((on, x) => (on ? `M${x + quiet} ${y + quiet}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      className="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} className="qr-ground" />
      <path d={path} className="qr-module" />
    </svg>
  );
}
