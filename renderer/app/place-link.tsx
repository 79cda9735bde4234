import type { ReactNode } from 'react';
import { go, goBeside } from './location.ts';

/** A link to a place of the application: in the pane that is in use, or beside it with Control or Command. */
export function PlaceLink({
  address,
  className,
  isCurrent = false,
  label,
  children,
}: {
  address: string;
  className?: string;
  isCurrent?: boolean;
  /** Its name where that says more than what it shows. */
  label?: string;
  children: ReactNode;
}) {
  return (
    <a
      className={className}
      href={`#/${address}`}
      aria-label={label}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={(click) => {
        click.preventDefault();
        if (click.ctrlKey || click.metaKey) goBeside(address);
        else go(address);
      }}
    >
      {children}
    </a>
  );
}
