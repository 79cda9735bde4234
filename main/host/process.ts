import path from 'node:path';
import { parseArgs } from 'node:util';
import { createHost, type Host } from './host.ts';
import { ShellChannel, type ShellLine } from './shell/shell-channel.ts';
import { childLine, utilityLine } from './shell/shell-lines.ts';
import { runtimeFolder } from './lock/runtime-folder.ts';
import { openLocalSocket } from './rpc/local-socket.ts';

/**
 * The host of the desktop shell, in a process of its own: a utility process that is handed a port for each window, or a
 * child process under the bundled Node that serves windows over a local socket. It ends when the shell has gone.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { workspace: { type: 'string' } } });
  const line = utilityLine() ?? childLine();
  if (line === null) {
    process.stderr.write('This is the host of the desktop application; the command is "workbench".\n');
    process.exit(2);
  }
  const channel = new ShellChannel(line);
  const host = createHost({
    mode: 'electron',
    threads: true,
    systemSecret: (folder) => channel.loadSecret(folder),
  });
  try {
    if (values.workspace !== undefined) await openOrCreate(host, values.workspace);
    channel.say({ kind: 'ready', address: await serveWindows(host, line) });
  } catch (error) {
    channel.say({
      kind: 'failed',
      message: error instanceof Error ? error.message : 'The host could not start.',
    });
    process.exit(1);
  }
  line.onEnd(() => {
    void host.close().finally(() => process.exit(0));
  });
}

/** Serves each window, and tells the socket's address where ports cannot be handed over. */
async function serveWindows(host: Host, line: ShellLine): Promise<string | null> {
  let count = 0;
  const caller = (): string => {
    count += 1;
    return `window-${count}`;
  };
  if (line.onPort !== undefined) {
    line.onPort((port) => host.router.servePort(port, caller()));
    return null;
  }
  const name = `shell-${process.pid}`;
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\stratmaster-workbench-${name}`
      : path.join(runtimeFolder(), `${name}.sock`);
  await openLocalSocket(address, (socket) => host.router.serveSocket(socket, caller()));
  return address;
}

async function openOrCreate(host: Host, folder: string): Promise<void> {
  const current = await host.manager.open(folder).catch(() => null);
  if (current === null) {
    await host.manager.create({ path: folder, name: path.basename(folder), secrets: [] });
  }
}

await main();
