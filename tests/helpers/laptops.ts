import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host } from '../../main/host/host.ts';
import type { HostClient } from '../../preload/contract/contract.ts';

/** Hosts of one test, each with a workspace of its name, in a folder that goes with them. */
export interface Laptops {
  /** Holds the workspace of each laptop under its name. */
  readonly folder: string;
  /** A host of its own with a new workspace. */
  open(name: string): Promise<HostClient>;
  /** Closes this laptop's host, as a person does who ends the application. */
  shut(name: string): Promise<void>;
  /** Closes this laptop's host, and opens its workspace in a new one. */
  again(name: string): Promise<HostClient>;
  /** Puts a copy of one laptop's folder, as it stands, in the place of another's, which is not open. */
  copy(from: string, to: string): void;
  close(): Promise<void>;
}

interface LaptopsOptions {
  /** Those of the application rather than none, as the command line. */
  readonly threads?: boolean;
  /** Encrypts the workspaces, and opens them again. */
  readonly passphrase?: string;
  /** Where the folder is made; the system's place for temporary files unless told. */
  readonly parent?: string;
}

/** Laptops without a model. */
export function makeLaptops(options: LaptopsOptions = {}): Laptops {
  const { threads = false, parent = tmpdir(), passphrase } = options;
  const folder = mkdtempSync(join(parent, 'laptops-'));
  process.env['WORKBENCH_MODEL_DIR'] = join(folder, 'no-model');
  const hosts = new Map<string, Host>();
  const start = (name: string): HostClient => {
    const host = createHost({ mode: 'cli', threads, configFolder: join(folder, `${name}-config`) });
    hosts.set(name, host);
    return host.client(name);
  };
  const shut = async (name: string): Promise<void> => {
    await hosts.get(name)?.close();
    hosts.delete(name);
  };
  return {
    folder,
    async open(name) {
      const client = start(name);
      await client.workspaces.create({
        path: join(folder, name),
        name,
        sample: false,
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      return client;
    },
    shut,
    async again(name) {
      await shut(name);
      const client = start(name);
      await client.workspaces.open({ path: join(folder, name) });
      if (passphrase !== undefined) await client.workspaces.unlock({ by: 'passphrase', passphrase });
      return client;
    },
    copy(from, to) {
      rmSync(join(folder, to), { recursive: true, force: true });
      cpSync(join(folder, from), join(folder, to), { recursive: true });
    },
    async close() {
      for (const name of hosts.keys()) await shut(name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
