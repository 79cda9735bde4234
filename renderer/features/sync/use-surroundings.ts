import { useEffect } from 'react';
import { bridge } from '../../data/bridge.ts';
import { useClient } from '../../data/query.ts';

/** What browsers tell of the battery, where they do. Of the platform, and not in its type library. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}

interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}

interface TellingNavigator {
  readonly getBattery?: () => Promise<Battery>;
  readonly connection?: Connection;
}

/** A network that the person pays for by what goes over it, as far as the browser says. */
function isMetered({ saveData, type }: Connection): boolean {
  return saveData === true || type === 'cellular';
}

/**
 * Tells the host what it runs on: background sync spares a battery and a metered network. The shell knows the battery better than the
 * page does; where neither can tell, nothing is spared.
 */
export function useSurroundings(): void {
  const client = useClient();
  useEffect(() => {
    const telling = navigator as unknown as TellingNavigator;
    const stops: (() => void)[] = [];
    let gone = false;
    let now = { battery: false, metered: false };
    const note = (change: Partial<typeof now>) => {
      if (gone) return;
      now = { ...now, ...change };
      void client.sync.surroundings(now).catch(() => undefined);
    };
    const { connection } = telling;
    if (connection !== undefined) {
      const hear = () => note({ metered: isMetered(connection) });
      connection.addEventListener('change', hear);
      stops.push(() => connection.removeEventListener('change', hear));
      if (isMetered(connection)) hear();
    }
    const shell = bridge();
    if (shell?.onPower !== undefined) {
      const hear = (power: string) => note({ battery: power === 'battery' });
      stops.push(shell.onPower(hear));
      void shell.power?.().then(hear, () => undefined);
    } else {
      void telling.getBattery?.().then(
        (battery) => {
          const hear = () => note({ battery: !battery.charging });
          battery.addEventListener('chargingchange', hear);
          stops.push(() => battery.removeEventListener('chargingchange', hear));
          if (!battery.charging) hear();
        },
        () => undefined,
      );
    }
    return () => {
      gone = true;
      for (const stop of stops) stop();
    };
  }, [client]);
}
