import type { HostRouter } from './rpc/router.ts';
import { type HostToShell, shellToHostSchema } from '../../preload/contract/shell.ts';

/** A window's end of a port, as the router serves it. */
export type WindowPort = Parameters<HostRouter['servePort']>[0];

interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: WindowPort[] }) => void): void;
  postMessage(message: HostToShell): void;
}

export interface ShellHandlers {
  onPort(port: WindowPort): void;
  /** The shell asks for an orderly end, or is gone. */
  onEnd(): void;
}

/** The channel to the shell that started this process: Electron's own in a utility process, Node's in a child process. */
export class ShellChannel {
  readonly #send: (message: HostToShell) => void;
  readonly #asked = new Map<number, (answer: string | boolean | null) => void>();
  /** True where windows hand their ports over; otherwise the shell carries their messages over a socket. */
  readonly takesPorts: boolean;
  #questions = 0;

  constructor(handlers: ShellHandlers) {
    const parent = (process as { parentPort?: ParentPort }).parentPort;
    this.takesPorts = parent !== undefined;
    if (parent !== undefined) {
      parent.on('message', ({ data, ports }) => this.#hear(data, ports, handlers));
      this.#send = (message) => parent.postMessage(message);
    } else {
      process.on('message', (data) => this.#hear(data, [], handlers));
      process.once('disconnect', () => handlers.onEnd());
      this.#send = (message) => process.send?.(message);
    }
  }

  send(message: HostToShell): void {
    this.#send(message);
  }

  /** The secret that the system's store has for a workspace, or null. */
  async loadSecret(folder: string): Promise<Uint8Array | null> {
    const answer = await this.#ask((request) => ({ kind: 'load-secret', request, folder }));
    return typeof answer === 'string' ? Buffer.from(answer, 'base64') : null;
  }

  /** Gives a secret to the system's store. False where it has none. */
  async saveSecret(folder: string, secret: Uint8Array): Promise<boolean> {
    const text = Buffer.from(secret).toString('base64');
    return (await this.#ask((request) => ({ kind: 'save-secret', request, folder, secret: text }))) === true;
  }

  #ask(question: (request: number) => HostToShell): Promise<string | boolean | null> {
    this.#questions += 1;
    const request = this.#questions;
    return new Promise((resolve) => {
      this.#asked.set(request, resolve);
      this.#send(question(request));
    });
  }

  #hear(data: unknown, ports: readonly WindowPort[], handlers: ShellHandlers): void {
    const parsed = shellToHostSchema.safeParse(data);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.kind === 'port') for (const port of ports) handlers.onPort(port);
    else if (message.kind === 'stop') handlers.onEnd();
    else {
      this.#asked.get(message.request)?.(message.kind === 'secret' ? message.secret : message.saved);
      this.#asked.delete(message.request);
    }
  }
}
