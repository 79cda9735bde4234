import { createContext, useContext } from 'react';

/** Where a screen stands: alone in the window, or as one of two. */
export interface PaneRole {
  readonly isBeside: boolean;
  readonly isShared: boolean;
}

export const PaneContext = createContext<PaneRole>({ isBeside: false, isShared: false });

/** The part of the window that the screen around this component has. */
export function usePane(): PaneRole {
  return useContext(PaneContext);
}
