import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { Glyph } from './glyphs.tsx';

/** Nothing is here: why, and what to do about it. Left-aligned where the first row would stand. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <p className="name">{title}</p>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className="acts">{actions}</div>}
    </div>
  );
}

/** Something went another way: what is so, what is safe, the next step. */
export function ErrorNotice({ message, actions }: { message: string; actions?: ReactNode }) {
  return (
    <div className="trouble" role="alert">
      <Glyph name="contested" />
      <div>
        <p>{message}</p>
        {actions === undefined ? null : <div className="acts">{actions}</div>}
      </div>
    </div>
  );
}

/** Says what is waited for, once that takes longer than one notices. */
export function Waiting({ children }: { children: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="wait-line" role="status">
      {late ? children : ''}
    </p>
  );
}
