import { WebSocket } from 'ws';
import { spokenVersion } from '../../sync/protocol/messages.ts';
import { notifyMessageSchema } from '../../sync/protocol/notify.ts';

/** Who else is in a scope, by user id. */
export type Presence = ReadonlyMap<string, readonly string[]>;

export interface NewsOptions {
  readonly server: string;
  /** Something new stands in a scope that is watched. */
  readonly onNew: () => void;
  readonly onPresence: (presence: Presence) => void;
}

/** Largest message that is read: scopes by name. */
const largestMessage = 1024 * 1024;

/**
 * Hears from the server that somebody else wrote something. Nothing hangs on it: what is missed is found by the next pull, so a
 * socket that ends is only opened again at the end of a cycle. It tells scopes and where its person is, and no content.
 */
export class ServerNews {
  readonly #options: NewsOptions;
  #socket: WebSocket | null = null;
  #watched: readonly string[] = [];
  #present: string | null = null;
  readonly #people = new Map<string, readonly string[]>();

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** Watches these scopes, over the socket that is open or a new one. */
  watch(scopes: readonly string[], token: string): void {
    const isSame = scopes.join() === this.#watched.join();
    this.#watched = scopes;
    if (this.#socket === null) this.#open(token);
    else if (!isSame) this.#send({ watch: scopes });
  }

  /** Where the person is; null for away. */
  present(scope: string | null): void {
    this.#present = scope;
    this.#send({ present: scope });
  }

  close(): void {
    this.#socket?.terminate();
    this.#socket = null;
    this.#people.clear();
  }

  #open(token: string): void {
    const address = new URL('/v1/notify', this.#options.server);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, {
      headers: { ...spokenVersion, authorization: `Bearer ${token}` },
      maxPayload: largestMessage,
      followRedirects: false,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#send({ watch: this.#watched });
      if (this.#present !== null) this.#send({ present: this.#present });
    });
    socket.on('message', (data: Buffer) => this.#hear(data.toString('utf8')));
    // An error is followed by the close.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#people.clear();
      this.#options.onPresence(this.#people);
    });
  }

  #hear(text: string): void {
    const message = notifyMessageSchema.safeParse(parsed(text));
    if (!message.success) return;
    if ('new' in message.data) {
      this.#options.onNew();
      return;
    }
    const { scope, people } = message.data.presence;
    this.#people.set(
      scope,
      people.map(({ user }) => user),
    );
    this.#options.onPresence(this.#people);
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
