/** Marks of stance, doubt and sharing level. They are ours, and never mixed with icons. */
export type GlyphName =
  | 'support'
  | 'contradict'
  | 'contested'
  | 'unsupported'
  | 'retracted'
  | 'partner'
  | 'internal'
  | 'restricted';

const levelFrame = (
  <rect
    x="2.6"
    y="2.6"
    width="8.8"
    height="8.8"
    rx="1.5"
    fill="none"
    stroke="var(--privacy)"
    strokeWidth="1.2"
  />
);

const shapes: Readonly<Record<GlyphName, React.ReactNode>> = {
  support: (
    <>
      <circle cx="7" cy="7" r="6" fill="var(--support)" />
      <path d="M7 4v6M4 7h6" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  contradict: (
    <>
      <rect x="1.3" y="1.3" width="11.4" height="11.4" rx="2" fill="var(--contradict)" />
      <path d="M4 7h6" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  contested: (
    <>
      <path d="M7 1 13 7 7 13 1 7z" fill="none" stroke="var(--contested)" strokeWidth="1.4" />
      <path d="M7 1v12L1 7z" fill="var(--contested)" />
    </>
  ),
  unsupported: (
    <circle
      cx="7"
      cy="7"
      r="5.4"
      fill="none"
      stroke="var(--none)"
      strokeWidth="1.4"
      strokeDasharray="2.4 1.84"
    />
  ),
  retracted: (
    <>
      <circle cx="7" cy="7" r="5.4" fill="none" stroke="var(--none)" strokeWidth="1.4" />
      <path d="m3.2 10.8 7.6-7.6" stroke="var(--none)" strokeWidth="1.4" />
    </>
  ),
  partner: (
    <>
      {levelFrame}
      <path d="M3 8.6h8V11H3z" fill="var(--privacy)" />
    </>
  ),
  internal: (
    <>
      {levelFrame}
      <path d="M3 6h8v5H3z" fill="var(--privacy)" />
    </>
  ),
  restricted: <rect x="2" y="2" width="10" height="10" rx="1.8" fill="var(--privacy)" />,
};

/** A glyph. With a label it speaks; without one the words beside it do. */
export function Glyph({ name, label, small = false }: { name: GlyphName; label?: string; small?: boolean }) {
  const className = small ? 'glyph small' : 'glyph';
  if (label === undefined) {
    return (
      <svg className={className} viewBox="0 0 14 14" aria-hidden>
        {shapes[name]}
      </svg>
    );
  }
  return (
    <svg className={className} viewBox="0 0 14 14" role="img" aria-label={label}>
      {shapes[name]}
    </svg>
  );
}
