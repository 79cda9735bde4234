import { resolve } from 'node:path';
import { z } from 'zod';
import { isWorkspace } from '../../db/replica/workspace/workspace.ts';
import { createHost } from './host.ts';
import { causeFields } from './log/log.ts';

/**
 * The host as a utility process of Electron. Its parent sends one message for each window with the window's port, and may name
 * a workspace to open first. The secret that the system's key store has comes over the same channel, when it is asked for.
 */
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), workspace: z.string() }),
  z.object({ kind: z.literal('window') }),
  z.object({ kind: z.literal('secret'), request: z.number(), secret: z.instanceof(Uint8Array).nullable() }),
  z.object({ kind: z.literal('stop') }),
]);

type Port = Parameters<ReturnType<typeof createHost>['router']['servePort']>[0];

/** Electron's end of the channel to the process that started this one. */
interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: Port[] }) => void): void;
  postMessage(message: unknown): void;
}

function parentPort(): ParentPort {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (port === undefined) throw new Error('This module runs as a utility process of Electron.');
  return port;
}

const parent = parentPort();
const asked = new Map<number, (secret: Uint8Array | null) => void>();
let windows = 0;

const host = createHost({
  mode: 'electron',
  threads: true,
  systemSecret: (folder) =>
    new Promise((answer) => {
      const request = asked.size + 1;
      asked.set(request, answer);
      parent.postMessage({ kind: 'secret-wanted', request, folder });
    }),
});

parent.on('message', ({ data, ports }) => {
  const parsed = messageSchema.safeParse(data);
  if (!parsed.success) return;
  const message = parsed.data;
  switch (message.kind) {
    case 'open':
      void open(message.workspace);
      break;
    case 'window':
      for (const port of ports) {
        windows += 1;
        void host.router.servePort(port, `window-${windows}`);
      }
      break;
    case 'secret':
      asked.get(message.request)?.(message.secret);
      asked.delete(message.request);
      break;
    case 'stop':
      void host.close().then(() => {
        parent.postMessage({ kind: 'stopped' });
        process.exit(0);
      });
  }
});
parent.postMessage({ kind: 'ready' });

/** A workspace that cannot be opened is a state that the windows show; the process goes on. */
async function open(workspace: string): Promise<void> {
  const folder = resolve(workspace);
  if (!isWorkspace(folder)) return;
  try {
    await host.manager.open(folder);
  } catch (error) {
    host.manager.log.write('warning', 'workspace.not-opened', causeFields(error));
  }
}
