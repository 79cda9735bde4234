import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { MessagePortMain } from 'electron';
import { afterEach, expect, test } from 'vitest';
import { startChildHost } from '../../main/electron/host/child-host.ts';
import type { ShellHost } from '../../main/electron/host/shell-host.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { HostToShell } from '../../preload/contract/shell.ts';

/** The way of the desktop application without its windows: a real host process, its socket, the relay, a port. */
const root = path.resolve(import.meta.dirname, '..', '..');
const home = mkdtempSync(path.join(tmpdir(), 'workbench-shell-host-'));
let host: ShellHost | undefined;
afterEach(async () => {
  await host?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Electron's ports give their data inside an event; Node's give it bare. */
function asMainPort(port: MessagePort): MessagePortMain {
  return {
    on: (event: string, listener: (value: unknown) => void) =>
      port.on(event, (data: unknown) => listener(event === 'message' ? { data } : undefined)),
    postMessage: (data: unknown) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  } as unknown as MessagePortMain;
}

test('a window reaches the host through a port, from its first message on, and the host ends when it is told', async () => {
  process.env['XDG_CONFIG_HOME'] = home;
  const asked: HostToShell[] = [];
  host = startChildHost(process.execPath, path.join(root, 'main', 'host', 'process.ts'), [], (message) => {
    asked.push(message);
    return null;
  });
  const { port1, port2 } = new MessageChannel();
  host.serve(asMainPort(port1));
  const client: HostClient = createORPCClient(new RPCLink({ port: port2 }));
  const folder = path.join(home, 'workspace');
  expect((await client.workspaces.current()).state).toBe('none');
  await client.workspaces.create({ path: folder, name: 'Relayed', sample: false });
  expect((await client.workspaces.current()).workspace?.name).toBe('Relayed');
  expect(asked.map((message) => message.kind)).toContain('ready');
  await host.stop();
  await host.gone;
});

test('a host that cannot start says so, and its ports close', async () => {
  host = startChildHost(process.execPath, path.join(home, 'missing.ts'), [], () => null);
  const { port1, port2 } = new MessageChannel();
  const closed = new Promise<void>((resolve) => port2.once('close', () => resolve()));
  host.serve(asMainPort(port1));
  await expect(host.ready).rejects.toThrow('before it was ready');
  await closed;
});
