import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SafeStorage } from 'electron';

/** Whether the system can keep a secret, and the sentence that tells a person. */
export interface KeyStoreStatus {
  readonly available: boolean;
  readonly sentence: string;
}

/** The parts of safeStorage that are used. The backend's name exists on Linux only, and not in old versions. */
export type SystemStore = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/** What the system's store is worth here. A `basic_text` store has a key that every program knows: it is refused. */
export function keyStoreStatus(store: SystemStore, platform: string): KeyStoreStatus {
  if (!store.isEncryptionAvailable()) {
    return {
      available: false,
      sentence: 'This system offers no key store. The workspace opens with its passphrase or key file.',
    };
  }
  if (platform === 'linux' && store.getSelectedStorageBackend?.() === 'basic_text') {
    return {
      available: false,
      sentence:
        'This system would keep the key as plain text (basic_text), so it is not kept. Use a passphrase or a key file.',
    };
  }
  return { available: true, sentence: "The key is kept in this system's key store." };
}

/** Secrets of workspaces, sealed by the system, one small file each. They go to the host and never to a page. */
export class KeyStore {
  readonly #folder: string;
  readonly #store: SystemStore;
  readonly #platform: string;

  constructor(folder: string, store: SystemStore, platform: string) {
    this.#folder = folder;
    this.#store = store;
    this.#platform = platform;
  }

  status(): KeyStoreStatus {
    return keyStoreStatus(this.#store, this.#platform);
  }

  /** The base64 secret of a workspace folder, or null where none is kept or the system can no longer open it. */
  load(workspace: string): string | null {
    if (!this.status().available) return null;
    try {
      return this.#store.decryptString(readFileSync(this.#file(workspace)));
    } catch {
      return null;
    }
  }

  /** Keeps a base64 secret; false, and nothing is kept, where the system's store cannot be relied on. */
  save(workspace: string, secret: string): boolean {
    if (!this.status().available) return false;
    const file = this.#file(workspace);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.part`, this.#store.encryptString(secret), { mode: 0o600 });
    renameSync(`${file}.part`, file);
    return true;
  }

  /** Named by a hash, so that the folder does not list where a person's workspaces are. */
  #file(workspace: string): string {
    return path.join(this.#folder, createHash('sha256').update(workspace).digest('hex'));
  }
}
