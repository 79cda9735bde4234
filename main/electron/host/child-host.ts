import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hostToShellSchema } from '../../../preload/contract/shell.ts';
import { relayPort } from './port-relay.ts';
import type { HostQuestions, ShellHost } from './shell-host.ts';

/** Node's own place for sources that it has compiled: the command line keeps them there, too. */
const compiled = path.join(tmpdir(), 'node-compile-cache');

/**
 * Starts the host as a child process under the bundled Node. Windows keep talking through ports: the shell carries
 * their messages over the host's local socket, which only this person's processes can reach.
 */
export function startChildHost(
  runtime: string,
  entry: string,
  args: readonly string[],
  answer: HostQuestions,
): ShellHost {
  const { ELECTRON_RUN_AS_NODE: _leaked, ...own } = process.env;
  const env = { NODE_COMPILE_CACHE: compiled, ...own };
  const child = spawn(runtime, [entry, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const address = new Promise<string>((resolve, reject) => {
    child.on('message', (raw: unknown) => {
      const parsed = hostToShellSchema.safeParse(raw);
      if (!parsed.success) return;
      if (parsed.data.kind === 'ready' && parsed.data.address !== null) resolve(parsed.data.address);
      if (parsed.data.kind === 'failed') reject(new Error(parsed.data.message));
      const reply = answer(parsed.data);
      if (reply !== null && child.connected) child.send(reply);
    });
    void gone.then(() => reject(new Error('The host ended before it was ready.')));
  });
  return {
    ready: address.then(() => undefined),
    gone,
    serve: (port) => {
      address.then(
        (where) => relayPort(port, where),
        () => port.close(),
      );
    },
    stop: async () => {
      // The host closes its workspace when the channel ends.
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
      await gone;
      clearTimeout(timer);
    },
  };
}
