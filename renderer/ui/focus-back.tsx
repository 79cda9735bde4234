import { useEffect, useState } from 'react';

/**
 * Stands behind an overlay, and gives the focus back to what had it when the overlay opened, in the very step that takes the overlay
 * away. React Aria does so a frame later, and keys that are pressed before that frame would be nobody's. What has taken the focus
 * meanwhile keeps it.
 */
export function FocusBack() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus();
    },
    [before],
  );
  return null;
}
