import type { ReactNode } from 'react';
import { Glyph } from '../../ui/glyphs.tsx';

/** What a decision is about, what happened, and its verbs. */
export function DetailHead({
  title,
  label,
  lead,
  children,
}: {
  title: string;
  label: string;
  lead: string;
  children?: ReactNode;
}) {
  return (
    <header className="detail-head">
      <div className="row">
        <Glyph name="contested" />
        <h1 className="cut" dir="auto">
          {title}
        </h1>
        {title === label ? null : <span className="ref">{label}</span>}
      </div>
      <p className="dim">{lead}</p>
      {children === undefined ? null : <div className="acts">{children}</div>}
    </header>
  );
}
