import { shellToHostSchema } from '../../../preload/contract/shell.ts';
import type { ServedPort, ShellLine } from './shell-channel.ts';

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: ServedPort[] }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
}

/** The line of a utility process, or null in any other process. */
export function utilityLine(): ShellLine | null {
  const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };
  if (parentPort === undefined) return null;
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    onEnd: (listener) => {
      parentPort.on('close', listener);
      parentPort.on('message', ({ data }) => {
        const parsed = shellToHostSchema.safeParse(data);
        if (parsed.success && parsed.data.kind === 'stop') listener();
      });
    },
    onPort: (listener) => {
      parentPort.on('message', ({ ports: [port] }) => {
        if (port === undefined) return;
        listener(port);
        if ('start' in port && typeof port.start === 'function') port.start();
      });
    },
  };
}

/** The line of a child process that was given a channel, or null without one. */
export function childLine(): ShellLine | null {
  if (process.send === undefined) return null;
  return {
    send: (message) => process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
    onEnd: (listener) => process.once('disconnect', listener),
  };
}
