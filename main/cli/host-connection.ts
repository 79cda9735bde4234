import type { HostClient } from '../../preload/contract/contract.ts';
import { isHeld, readLock } from '../host/lock/lock-file.ts';
import type { GlobalOptions } from './context.ts';
import { patiently } from './patiently.ts';

/** A way to a workspace: attached to the host that runs, or this process being the host. */
export interface Connection {
  readonly client: HostClient;
  close(): Promise<void>;
}

const attachTimeout = 2_000;

/**
 * Attaches to the running host of a workspace, or becomes its host; a workspace that is not there is made. A live owner that
 * does not answer is waited for, since a command that ends may be letting go just now.
 */
export async function connect(folder: string, options: GlobalOptions): Promise<Connection> {
  // What is only read needs nobody's leave, and a host that writes meanwhile is not asked.
  if (options.readOnly === true) return becomeHost(folder, options);
  return patiently(async () => (await attachTo(folder)) ?? (await becomeHost(folder, options)));
}

async function attachTo(folder: string): Promise<Connection | null> {
  const owner = readLock(folder);
  if (owner === null || !isHeld(folder, owner)) return null;
  const { attach } = await import('../host/rpc/attach.ts');
  const attached = await attach(owner.socket, attachTimeout);
  if (attached === null) return null;
  return {
    client: attached.client,
    close: () => {
      attached.close();
      return Promise.resolve();
    },
  };
}

/** The host is most of what the command line can load, and beside a running one it needs none of it. */
async function becomeHost(folder: string, options: GlobalOptions): Promise<Connection> {
  const { hostOf } = await import('./own-host.ts');
  const host = await hostOf(folder, options);
  return { client: host.client('cli'), close: () => host.finish() };
}
