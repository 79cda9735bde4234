import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isWorkspace } from '../../db/replica/workspace/layout.ts';
import { createHost } from './host.ts';
import { runtimeFolder } from './lock/runtime-folder.ts';
import { causeFields } from './log/log.ts';
import { openLocalSocket } from './rpc/local-socket.ts';
import { ShellChannel } from './shell-channel.ts';

/**
 * The host as a process of the Electron shell: a utility process that windows hand their ports to, or a child process under
 * the bundled Node that the shell reaches over a local socket.
 */
let windows = 0;
let ending = false;

const shell = new ShellChannel({
  onPort: (port) => void host.router.servePort(port, nextWindow()),
  onEnd: () => void end(),
});

const host = createHost({
  mode: 'electron',
  threads: true,
  secrets: {
    load: (folder) => shell.loadSecret(folder),
    save: (folder, secret) => shell.saveSecret(folder, secret),
  },
});

const { values } = parseArgs({ options: { workspace: { type: 'string' } }, strict: false });
const folder = typeof values.workspace === 'string' ? values.workspace : host.manager.lastOpened();
if (folder !== null && isWorkspace(folder)) await open(folder);
shell.send({ kind: 'ready', address: shell.takesPorts ? null : await listen() });

/** A workspace that cannot be opened is a state that the windows show; the process goes on. */
async function open(path: string): Promise<void> {
  try {
    await host.manager.open(path);
  } catch (error) {
    host.manager.log.write('warning', 'workspace.not-opened', causeFields(error));
  }
}

/** The shell's own socket: it is there before a workspace is, and stays when another is opened. */
async function listen(): Promise<string> {
  const name = `shell-${process.pid}`;
  const windowsPipe = `\\\\.\\pipe\\stratmaster-workbench-${name}`;
  const address = process.platform === 'win32' ? windowsPipe : join(runtimeFolder(), `${name}.sock`);
  await openLocalSocket(address, (socket) => void host.router.serveSocket(socket, nextWindow()));
  return address;
}

function nextWindow(): string {
  windows += 1;
  return `window-${windows}`;
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await host.close();
  process.exit(0);
}
