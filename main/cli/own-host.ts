import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newSecretFile, readSecretFile, type Secret } from '../../db/replica/keys/key-ring.ts';
import { isWorkspace } from '../../db/replica/workspace/layout.ts';
import { workspaceKeys } from '../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import type { WorkspaceSummary } from '../../preload/contract/workspaces.ts';
import { createHost, type Host } from '../host/host.ts';
import { fillWithSample } from '../host/services/sample.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { patiently } from './patiently.ts';
import { askPassphrase } from './terminal/ask.ts';
import { UsageError } from './terminal/usage-error.ts';

/** Becomes the host of a workspace, which is made where it is not there. The caller finishes the host. */
export async function hostOf(folder: string, options: GlobalOptions): Promise<Host> {
  const host = createHost({ mode: 'cli', threads: false });
  try {
    if (isWorkspace(folder) || options.readOnly === true) await openWith(host, folder, options);
    else await host.manager.create({ path: folder, name: nameOf(folder), secrets: [] });
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

async function openWith(host: Host, folder: string, options: GlobalOptions): Promise<void> {
  const current = await host.manager.open(folder, { readOnly: options.readOnly === true });
  if (current.state === 'locked') await host.manager.unlock(await secretFor(folder, options));
}

async function secretFor(folder: string, options: GlobalOptions): Promise<Secret> {
  const file = keyFileOf(options);
  if (file !== undefined) {
    if (!existsSync(file)) throw new WorkbenchError('wrong-key', `There is no key file at ${file}.`);
    return readSecretFile(file);
  }
  const passphrase = await askPassphrase('Passphrase: ');
  if (passphrase !== null && passphrase !== '') return { by: 'passphrase', passphrase };
  const wraps = workspaceKeys(folder)?.wraps.map((wrap) => wrap.kind) ?? [];
  throw new WorkbenchError(
    'workspace-locked',
    'This workspace is encrypted. Give its key with --key-file FILE, or WORKBENCH_KEY_FILE.',
    { unlockBy: [...new Set(wraps)].join(' ') },
  );
}

/** The secret that opened the workspace, asked for once more before its encryption is taken away. */
export async function secretAgain(
  options: GlobalOptions,
): Promise<{ by: 'key-file'; path: string } | { by: 'passphrase'; passphrase: string }> {
  const path = keyFileOf(options);
  if (path !== undefined) return { by: 'key-file', path };
  const passphrase = await askPassphrase('Passphrase, once more: ');
  if (passphrase === null || passphrase === '') throw new UsageError('Give the key with --key-file FILE.');
  return { by: 'passphrase', passphrase };
}

function keyFileOf(options: GlobalOptions): string | undefined {
  const given = options.keyFile ?? process.env['WORKBENCH_KEY_FILE'];
  return given === undefined || given === '' ? undefined : resolve(given);
}

function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== '') ?? 'Workspace';
}

/** `workbench init`: makes the workspace, its key file where that is missing, and the sample. */
export async function createWorkspace(
  context: CliContext,
  wanted: { readonly encrypt: boolean; readonly sample: boolean },
): Promise<{ path: string; encrypted: boolean; recoveryKey: string | null }> {
  const path = context.workspace;
  const host = createHost({ mode: 'cli', threads: false });
  try {
    const secrets = wanted.encrypt ? [await newSecret(context.options)] : [];
    const { recoveryKey } = await host.manager.create({ path, name: nameOf(path), secrets });
    if (wanted.sample) await fillWithSettledSample(host.manager);
    return { path, encrypted: wanted.encrypt, recoveryKey };
  } finally {
    await host.finish();
  }
}

/** The sample with its vectors, where a model is there, and in the order that they lead to: nothing moves when it is first looked at. */
async function fillWithSettledSample(manager: Host['manager']): Promise<void> {
  await fillWithSample(manager);
  const { model, relevance } = manager.session();
  await model.settled();
  await relevance.settled();
}

async function newSecret(options: GlobalOptions): Promise<Secret> {
  const file = keyFileOf(options);
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    if (!existsSync(file)) await writeFile(file, newSecretFile(), { mode: 0o600, flag: 'wx' });
    return readSecretFile(file);
  }
  const passphrase = await askPassphrase('New passphrase (8 characters or more): ');
  if (passphrase === null) throw new UsageError('An encrypted workspace needs a key: --key-file FILE.');
  if (passphrase.length < 8) throw new UsageError('A passphrase has 8 characters or more.');
  if ((await askPassphrase('Once more: ')) !== passphrase) throw new UsageError('The two are not the same.');
  return { by: 'passphrase', passphrase };
}

/** `workbench backup restore`: needs no open workspace. */
export async function restoreInto(context: CliContext, file: string): Promise<WorkspaceSummary> {
  const host = createHost({ mode: 'cli', threads: false });
  return host.manager.restoreBackup(file, context.workspace);
}

const rendererFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'renderer');

/** `workbench serve`: the host with its threads, behind the browser's door. */
export async function startBrowserMode(
  context: CliContext,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  const host = createHost({ mode: 'browser', threads: true });
  const { openBrowserServer } = await import('../host/http/server.ts');
  let windows = 0;
  const server = await openBrowserServer({
    port,
    root: rendererFolder,
    onSocket: (socket) => {
      windows += 1;
      void host.router.serveSocket(socket, `window-${windows}`);
    },
  });
  try {
    await openForWindows(host, context);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url: server.newUrl(),
    close: async () => {
      await server.close();
      await host.close();
    },
  };
}

/** Opens what was asked for; without a workspace the windows offer to make one, and a locked one asks for its key there. */
async function openForWindows(host: Host, context: CliContext): Promise<void> {
  const folder = context.workspace;
  const named = context.options.workspace !== undefined;
  const readOnly = context.options.readOnly === true;
  if (!isWorkspace(folder)) {
    if (named && !readOnly) await host.manager.create({ path: folder, name: nameOf(folder), secrets: [] });
    return;
  }
  const current = await patiently(() => host.manager.open(folder, { readOnly }));
  const file = keyFileOf(context.options);
  if (current.state === 'locked' && file !== undefined) await host.manager.unlock(readSecretFile(file));
}
