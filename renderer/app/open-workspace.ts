import { useLayoutEffect, useState } from 'react';
import type { HostClient } from '../../preload/contract/contract.ts';
import { attempt } from './attempt.ts';
import { leavePlaces } from './location.ts';

/**
 * Opens a workspace in the place of what is open; a refusal is said in a notice. The host tells every window, and each goes to the
 * sessions of what it shows now (`usePlacesOf`).
 */
export async function openWorkspace(client: HostClient, path: string): Promise<void> {
  await attempt(client.workspaces.open({ path }));
}

/**
 * Keeps a window's places to the workspace that they are places of: where another one is open than before, whoever opened it, the window
 * goes to its sessions. False until the address is of this workspace; an address that the window was opened with is.
 */
export function usePlacesOf(path: string | undefined): boolean {
  const [of, setOf] = useState<string>();
  useLayoutEffect(() => {
    if (path === undefined || path === of) return;
    if (of !== undefined) leavePlaces();
    setOf(path);
  }, [path, of]);
  return path !== undefined && path === of;
}
