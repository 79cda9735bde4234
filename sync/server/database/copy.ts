import { Readable } from 'node:stream';
import type pg from 'pg';

/**
 * PostgreSQL's COPY over node-postgres, which passes its messages to whatever stands in its queue of queries (protocol: chapter
 * "Frontend/Backend Protocol", COPY operations).
 */

/** The part of a connection that COPY needs. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  readonly stream: {
    pause(): void;
    resume(): void;
    readonly writableNeedDrain: boolean;
    once(event: 'drain', listener: () => void): void;
  };
}

/** What the client calls while the statement is in its queue. */
abstract class CopyQuery {
  readonly #text: string;
  callback = (): void => undefined;

  constructor(text: string) {
    this.#text = text;
  }

  submit(connection: CopyConnection): void {
    connection.query(this.#text);
  }

  handleCommandComplete(_message: { readonly text: string }): void {}
  handleCopyInResponse(_connection: CopyConnection): void {}
  handleCopyData(_message: { readonly chunk: Buffer }, _connection: CopyConnection): void {}
  abstract handleReadyForQuery(): void;
  abstract handleError(error: Error): void;
}

class CopyOut extends CopyQuery {
  readonly #connections = new Set<CopyConnection>();
  readonly stream = new Readable({
    read: () => this.#resume(),
  });

  #resume(): void {
    for (const { stream } of this.#connections) stream.resume();
  }

  override handleCopyData({ chunk }: { readonly chunk: Buffer }, connection: CopyConnection): void {
    this.#connections.add(connection);
    if (!this.stream.push(Buffer.from(chunk))) connection.stream.pause();
  }

  override handleReadyForQuery(): void {
    this.stream.push(null);
    // A stream that has ended asks for nothing more: a connection that was paused by its last part would stay so.
    this.#resume();
  }

  override handleError(error: Error): void {
    this.stream.destroy(error);
    this.#resume();
  }
}

class CopyIn extends CopyQuery {
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly done: Promise<number>;
  #rows = 0;
  #failure: Error | null = null;
  #resolve: (rows: number) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(text: string, chunks: AsyncIterable<Uint8Array>) {
    super(text);
    this.#chunks = chunks;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override handleCopyInResponse(connection: CopyConnection): void {
    void this.#send(connection);
  }

  async #send(connection: CopyConnection): Promise<void> {
    try {
      for await (const chunk of this.#chunks) {
        if (this.#failure !== null) return;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) {
          await new Promise<void>((resolve) => {
            connection.stream.once('drain', resolve);
          });
        }
      }
      connection.endCopyFrom();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      connection.sendCopyFail('the source ended early');
    }
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  override handleReadyForQuery(): void {
    if (this.#failure === null) this.#resolve(this.#rows);
    else this.#reject(this.#failure);
  }

  override handleError(error: Error): void {
    this.#failure ??= error;
    this.#reject(this.#failure);
  }
}

/** The rows of `COPY … TO STDOUT`, as they come. No other statement may run on the client until they end. */
export function copyOut(client: pg.Client, statement: string): Readable {
  const query = new CopyOut(statement);
  client.query(query as unknown as pg.Submittable);
  return query.stream;
}

/** Sends `COPY … FROM STDIN` its rows and answers with how many were taken. */
export function copyIn(
  client: pg.Client,
  statement: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<number> {
  const query = new CopyIn(statement, chunks);
  client.query(query as unknown as pg.Submittable);
  return query.done;
}
