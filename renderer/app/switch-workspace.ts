import type { HostClient } from '../../preload/contract/contract.ts';
import { failureOf } from '../data/failure.ts';
import { showToast } from '../ui/toasts.tsx';

/** Closes what is open, opens another workspace and goes to its sessions. A refusal is said where it happens. */
export function switchWorkspace(client: HostClient, path: string): void {
  client.workspaces.open({ path }).then(
    () => {
      window.location.hash = '/sessions';
    },
    (thrown: unknown) => showToast({ text: failureOf(thrown).message }),
  );
}
