/** The part of a WebSocket that shows whether somebody is at its other end. */
export interface BeatingSocket {
  /** Bytes that were sent and are not taken yet. */
  readonly bufferedAmount: number;
  ping(): void;
  terminate(): void;
  on(event: 'pong', listener: () => void): unknown;
}

/** Messages are small: who has left so much of them lying does not read. */
const mostWaitingBytes = 1024 * 1024;

/**
 * Ends a socket at whose other end nobody is: a laptop that went to sleep says no goodbye, would be shown as present, and what is told to
 * it would be kept here.
 */
export class Heartbeat {
  readonly #socket: BeatingSocket;
  #isHeard = true;

  constructor(socket: BeatingSocket) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#isHeard = true;
    });
  }

  /** Asks for a sign. False, and the socket is ended, where none came since the last time or what was told was not taken. */
  beat(): boolean {
    if (!this.#isHeard || this.#socket.bufferedAmount > mostWaitingBytes) {
      this.#socket.terminate();
      return false;
    }
    this.#isHeard = false;
    this.#socket.ping();
    return true;
  }
}
