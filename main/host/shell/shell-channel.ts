import { type HostToShell, shellToHostSchema } from '../../../preload/contract/shell.ts';
import type { HostRouter } from '../rpc/router.ts';

export type ServedPort = Parameters<HostRouter['servePort']>[0];

/** How messages go between the host and the shell that started it. */
export interface ShellLine {
  send(message: HostToShell): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Runs once when the shell has gone. */
  onEnd(listener: () => void): void;
  /** Present where the shell hands over a port for each window. */
  onPort?(listener: (port: ServedPort) => void): void;
}

/** Questions to the shell, each answered once. */
export class ShellChannel {
  readonly #line: ShellLine;
  readonly #waiting = new Map<number, (secret: string | null) => void>();
  #last = 0;

  constructor(line: ShellLine) {
    this.#line = line;
    line.onMessage((raw) => {
      const parsed = shellToHostSchema.safeParse(raw);
      if (!parsed.success || parsed.data.kind !== 'secret') return;
      this.#waiting.get(parsed.data.request)?.(parsed.data.secret);
      this.#waiting.delete(parsed.data.request);
    });
  }

  say(message: HostToShell): void {
    this.#line.send(message);
  }

  /** The secret that the system keeps for a workspace, or null. */
  async loadSecret(folder: string): Promise<Uint8Array | null> {
    this.#last += 1;
    const request = this.#last;
    const secret = await new Promise<string | null>((resolve) => {
      this.#waiting.set(request, resolve);
      this.#line.send({ kind: 'load-secret', request, folder });
    });
    return secret === null ? null : Buffer.from(secret, 'base64');
  }
}
