import { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * A connection on which whatever is written in one go is sent at once. Statements that are given together would otherwise be a call of the
 * system each, and the database would be woken for the first of them.
 */
export class GatheringSocket extends Socket {
  #gathers = false;

  constructor() {
    super();
    // As it connects, a socket lays its own class's method over any other (net.Socket.connect).
    this.once('connect', () => Reflect.deleteProperty(this, 'write'));
  }

  override write(data: Uint8Array | string, done?: Done): boolean;
  override write(data: Uint8Array | string, encoding?: BufferEncoding, done?: Done): boolean;
  override write(data: Uint8Array | string, second?: BufferEncoding | Done, third?: Done): boolean {
    if (!this.#gathers) {
      this.#gathers = true;
      this.cork();
      process.nextTick(() => {
        this.#gathers = false;
        this.uncork();
      });
    }
    return typeof second === 'string' ? super.write(data, second, third) : super.write(data, second);
  }
}
