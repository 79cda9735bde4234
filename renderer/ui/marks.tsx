import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components';
import { common } from '../messages/common.ts';
import { Glyph } from './glyphs.tsx';

/** A score from 0 to 1 as people here write it: .91, 1.00 stays 1. */
export function scoreText(score: number): string {
  const text = score.toFixed(2);
  return text.startsWith('0') ? text.slice(1) : text === '1.00' ? '1' : text;
}

/** A score as a short bar and its figure. Ink, never green or red. */
export function Meter({ label, value }: { label: string; value: number }) {
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={value}
      aria-valuetext={scoreText(value)}
    >
      <span className="meter">
        <i style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      <span className="meter-value num">{scoreText(value)}</span>
    </span>
  );
}

/** The bar of a meter alone, for rows whose figure stands beside it in text. */
export function Bar({ value }: { value: number | null }) {
  return (
    <span className="meter" aria-hidden>
      {value === null ? null : <i style={{ width: `${Math.round(value * 100)}%` }} />}
    </span>
  );
}

/** How far something is, 0 to 1; without a figure it is only said to be under way. */
export function Progress({ label, value }: { label: string; value: number | null }) {
  return (
    <ProgressBar
      className="progress"
      aria-label={label}
      minValue={0}
      maxValue={1}
      {...(value === null ? { isIndeterminate: true } : { value })}
    >
      {value === null ? null : <i style={{ width: `${Math.round(value * 100)}%` }} />}
    </ProgressBar>
  );
}

/** Reliability and credibility in two cells; dashed where unknown. */
export function Rating({
  reliability,
  credibility,
}: {
  reliability: string | null;
  credibility: string | null;
}) {
  if (reliability === null && credibility === null) return null;
  const unknown = reliability === 'F' || credibility === '6';
  return (
    <span className={unknown ? 'rating unknown' : 'rating'}>
      <i>{reliability ?? '–'}</i>
      <i>{credibility ?? '–'}</i>
    </span>
  );
}

/** A sharing level with its name. Public shows no mark: there is nothing to protect. */
export function Level({ level, small = false }: { level: string | null; small?: boolean }) {
  if (level !== 'partner' && level !== 'internal' && level !== 'restricted') {
    return small || level === null ? null : <span>{common.levels[level] ?? level}</span>;
  }
  const name = common.levels[level] ?? level;
  if (small) return <Glyph name={level} label={name} small />;
  return (
    <span className="level">
      <Glyph name={level} />
      {name}
    </span>
  );
}

/** Ranges of a text to mark, by what found them. Offsets are UTF-16 code units. */
export interface MarkRange {
  readonly start: number;
  readonly end: number;
  readonly by: 'words' | 'meaning';
}

/** Text with its ranges marked. Ranges that overlap are cut where an earlier one ended. */
export function Marked({ text, marks }: { text: string; marks: readonly MarkRange[] }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const start = Math.max(mark.start, at);
    const end = Math.min(mark.end, text.length);
    if (end <= start) continue;
    parts.push(text.slice(at, start));
    parts.push(
      <mark key={start} className={mark.by === 'words' ? 'by-words' : 'by-meaning'}>
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
