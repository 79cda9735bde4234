import type { HostClient } from '../../preload/contract/contract.ts';
import { sayFailure } from './attempt.ts';

/** Closes what is open, opens another workspace and goes to its sessions. A refusal is said where it happens. */
export function switchWorkspace(client: HostClient, path: string): void {
  client.workspaces.open({ path }).then(() => {
    window.location.hash = '/sessions';
  }, sayFailure);
}
