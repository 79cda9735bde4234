import { createContext, type ReactNode, use } from 'react';

/** False where the open workspace is only read. */
export const WritableContext = createContext(true);

/** Whether what is shown here may be changed. */
export function useIsWritable(): boolean {
  return use(WritableContext);
}

/**
 * Controls that change something. In a workspace that is only read they stay in view and are off: a disabled field set takes every
 * control in it along, whatever it is made of.
 */
export function Writes({ children }: { children: ReactNode }) {
  if (use(WritableContext)) return children;
  return (
    <fieldset disabled className="writes">
      {children}
    </fieldset>
  );
}
