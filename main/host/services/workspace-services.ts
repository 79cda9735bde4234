import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { layoutOf } from '../../../db/replica/workspace/layout.ts';
import { workspaceKeys } from '../../../db/replica/workspace/workspace.ts';
import { writeKeyFile } from '../../../db/replica/keys/key-file.ts';
import {
  newSecretFile,
  readSecretFile,
  removeWrap,
  renewRecoveryKey,
  replaceWrap,
  secretIn,
  type Secret,
  unlock,
} from '../../../db/replica/keys/key-ring.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Choosing, opening and keeping workspaces. `fillSample` puts the sample research into a new one. */
export function workspaceServices(
  manager: WorkspaceManager,
  fillSample: () => Promise<void>,
): HostService['workspaces'] {
  return {
    current: () => manager.current(),
    list: () => manager.list(),
    suggestPath: ({ name }) => manager.suggestPath(name),
    create: async ({ path, name, passphrase, sample }) => {
      const secrets = passphrase === undefined ? [] : [{ by: 'passphrase' as const, passphrase }];
      const { recoveryKey } = await manager.create({ path, name, secrets });
      if (sample) await fillSample();
      return { current: manager.current(), recoveryKey };
    },
    open: ({ path, readOnly }) => manager.open(path, { readOnly: readOnly ?? false }),
    unlock: async (secret) => manager.unlock(await secretOf(manager, secret)),
    lock: () => manager.lock(),
    close: () => manager.close(),
    rename: ({ path, name }) => manager.rename(path, name),
    trash: ({ path }) => manager.trash(path),
    restoreFromTrash: ({ trashedTo }) => manager.restoreFromTrash(trashedTo),
    sizes: () => manager.session().data.writer.call('workspace.sizes', undefined),
    freeSpace: () => manager.freeSpace(),
  };
}

type GivenSecret = Parameters<HostService['keys']['decrypt']>[0];

/** A secret as the manager takes it: key files are read, and the system's store is asked. */
async function secretOf(manager: WorkspaceManager, given: GivenSecret): Promise<Secret> {
  if (given.by === 'key-file') return readSecretFile(given.path);
  return given.by === 'system-store' ? manager.systemSecret() : given;
}

/** Keys of the open workspace. Wraps change; the data key, and with it the files, stays. */
export function keyServices(manager: WorkspaceManager): HostService['keys'] {
  const keysOfOpen = () => {
    const { folder, dataKey } = manager.writableSession();
    const file = workspaceKeys(folder);
    if (file === null || dataKey === null) {
      throw new WorkbenchError('not-allowed', 'This workspace is not encrypted, so it has no keys.');
    }
    return { file, dataKey, path: layoutOf(folder).keys };
  };
  return {
    status: () => {
      const file = workspaceKeys(manager.session().folder);
      const wraps = [...new Set(file?.wraps.map((wrap) => wrap.kind) ?? [])];
      return { encrypted: file?.encrypted ?? false, wraps };
    },
    changePassphrase: async ({ current, next }) => {
      const { file, path } = keysOfOpen();
      const dataKey = await unlock(file, { by: 'passphrase', passphrase: current });
      writeKeyFile(path, await replaceWrap(file, dataKey, { by: 'passphrase', passphrase: next }));
    },
    renewRecoveryKey: async () => {
      const { file, dataKey, path } = keysOfOpen();
      const renewed = await renewRecoveryKey(file, dataKey);
      writeKeyFile(path, renewed.file);
      return { recoveryKey: renewed.recoveryKey };
    },
    makeKeyFile: async ({ path: chosen }) => {
      const { file, dataKey, path } = keysOfOpen();
      const content = newSecretFile();
      // The secret first: a wrap whose secret nobody has would end the key file that there was.
      if (chosen !== undefined) await writeFile(resolve(chosen), content, { mode: 0o600, flush: true });
      writeKeyFile(path, await replaceWrap(file, dataKey, secretIn(Buffer.from(content))));
      return { secret: chosen === undefined ? content : null };
    },
    removeKeyFile: () => {
      const { file, path } = keysOfOpen();
      writeKeyFile(path, removeWrap(file, 'key-file'));
    },
    remember: ({ remember }) => manager.remember(remember),
    encrypt: ({ passphrase }) => manager.encrypt(passphrase),
    decrypt: async (secret) => manager.decrypt(await secretOf(manager, secret)),
  };
}
