import type { LucideIcon } from 'lucide-react';

const pixels = { small: 14, medium: 16, large: 18 } as const;

/** A shape from the icon set, always beside or under a name: it is hidden from screen readers. */
export function Icon({ of: Shape, size = 'medium' }: { of: LucideIcon; size?: keyof typeof pixels }) {
  return <Shape className="icon" size={pixels[size]} strokeWidth={1.75} aria-hidden />;
}
