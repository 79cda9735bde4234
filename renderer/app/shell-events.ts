import { useEffect } from 'react';
import { bridge } from '../data/bridge.ts';
import { commands } from './commands.ts';
import { placeOfLink } from './links.ts';
import { go } from './location.ts';

/** Does what the desktop shell asks: a command of a native menu, a link that the system handed over. */
export function useShellEvents(): void {
  useEffect(() => {
    const shell = bridge();
    const stops = [
      shell?.onCommand?.((id) => {
        commands
          .get()
          .find((command) => command.id === id)
          ?.run();
      }),
      shell?.onLocation?.((address) => {
        const place = placeOfLink(address);
        if (place !== null) go(place);
      }),
    ];
    return () => {
      for (const stop of stops) stop?.();
    };
  }, []);
}
