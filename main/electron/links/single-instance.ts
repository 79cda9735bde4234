import type { App } from 'electron';
import { deepLinkScheme } from '../../../preload/contract/shell-names.ts';
import { deepLinkOf, parseDeepLink } from './deep-link.ts';

/**
 * Makes this process the only one, and hears the links that the system hands over: as arguments of a second start
 * (Windows, Linux) or as an event (macOS). False when another process runs already; it has then been told.
 */
export function claimSingleInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'setAsDefaultProtocolClient' | 'on'>,
  onSummons: (place: string | null) => void,
): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.setAsDefaultProtocolClient(deepLinkScheme);
  app.on('second-instance', (_event, args) => onSummons(deepLinkOf(args)));
  app.on('open-url', (event, address) => {
    event.preventDefault();
    const place = parseDeepLink(address);
    if (place !== null) onSummons(place);
  });
  return true;
}
