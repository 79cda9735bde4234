import { z } from 'zod';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { BlobWriter } from '../../../db/replica/blobs/blob-writer.ts';
import type { ServerConnection } from '../../outbound/server-connection.ts';
import type { FileToSend } from '../data/sync-files.ts';
import type { DataThreads } from '../data/threads.ts';
import { causeFields, type Log } from '../log/log.ts';

/** Bytes of one part, as the server takes them. */
const partBytes = 4 * 1024 * 1024;
/** Files of which a part is kept while the rest cannot be had. */
const mostBegun = 4;

const stateSchema = z.object({
  state: z.enum(['missing', 'pending', 'stored']),
  parts: z.array(z.number().int()),
});

/** Who carries messages about files to the server, and what comes back. */
export type FileCarrier = Pick<ServerConnection, 'host' | 'file'>;

export interface FileExchangeOptions {
  readonly data: Pick<DataThreads, 'lists' | 'writer'>;
  readonly blobs: BlobStore;
  readonly log: Log;
  /** A file arrived: what shows it is asked for again. */
  readonly onArrived: () => void;
}

/**
 * Files beside the rows: sent in parts, taken up where they were left, fetched by their hash and kept only where the bytes have it.
 * Apart from the queue of edits, so that no large document holds up a word.
 */
export class FileExchange {
  readonly #options: FileExchangeOptions;
  /** Hashes that the server is known to have of this person, or that could not be had, in this process. */
  readonly #settled = new Set<string>();
  #running: Promise<void> | null = null;
  #waiting = 0;
  #isDueAgain = false;
  /** Files that have arrived in part, by hash. */
  readonly #begun = new Map<string, BlobWriter>();

  constructor(options: FileExchangeOptions) {
    this.#options = options;
  }

  /** Files that wait to be sent or fetched, as far as was counted last. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Counts what is due and leaves it. */
  async count(): Promise<void> {
    const { send, fetch } = await this.#options.data.lists.call('sync.files', [...this.#settled]);
    this.#waiting = send.length + fetch.length;
  }

  /** Sends and fetches what is due. A file that fails is tried again at the next cycle; the others go on. */
  run(connection: FileCarrier, signal: AbortSignal): Promise<void> {
    this.#isDueAgain = this.#running !== null;
    this.#running ??= this.#untilDone(connection, signal).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What became due while files were on their way follows them. */
  async #untilDone(connection: FileCarrier, signal: AbortSignal): Promise<void> {
    do {
      this.#isDueAgain = false;
      try {
        await this.#exchange(connection, signal);
      } catch (error) {
        if (!signal.aborted) this.#options.log.write('warning', 'files.failed', causeFields(error));
      }
    } while (this.#isDueAgain && !signal.aborted);
  }

  async #exchange(connection: FileCarrier, signal: AbortSignal): Promise<void> {
    const due = await this.#options.data.lists.call('sync.files', [...this.#settled]);
    this.#waiting = due.send.length + due.fetch.length;
    let arrived = false;
    for (const file of due.send) {
      signal.throwIfAborted();
      if (!(await this.#send(connection, file, signal))) continue;
      this.#settled.add(file.hash);
      this.#waiting -= 1;
    }
    for (const hash of due.fetch) {
      signal.throwIfAborted();
      if (!(await this.#receive(connection, hash, signal))) continue;
      arrived = true;
      this.#waiting -= 1;
    }
    if (arrived) this.#options.onArrived();
    const unsent = new Set(due.send.map(({ hash }) => hash).filter((hash) => !this.#settled.has(hash)));
    for (const hash of due.letGo) if (!unsent.has(hash)) await this.#letGo(connection, hash, signal);
  }

  /** Fetches files that somebody wants to see now. */
  async fetchNow(connection: FileCarrier, hashes: readonly string[], signal: AbortSignal): Promise<void> {
    for (const hash of hashes) await this.#receive(connection, hash, signal);
  }

  /** A file goes from this laptop only where the server gives it again: its first byte is asked for. */
  async #letGo(connection: FileCarrier, hash: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const answer = await connection.file('GET', `/v1/blob/${hash}`, null, signal, 'bytes=0-0');
    if (answer?.status === 206) await this.#options.data.writer.call('sync.fileLetGo', hash);
  }

  async #send(connection: FileCarrier, file: FileToSend, signal: AbortSignal): Promise<boolean> {
    const { hash, artifact, rule, policy } = file;
    const { blobs } = this.#options;
    const asked = await connection.file('GET', `/v1/blob/${hash}/state`, null, signal);
    if (asked?.status !== 200) return false;
    const { state, parts } = stateSchema.parse(JSON.parse(Buffer.from(asked.bytes).toString('utf8')));
    if (state === 'stored') return true;
    const size = blobs.size(hash);
    const subject = { host: connection.host, file: hash, artifact, bytes: size, policy };
    const receipt = { at: new Date().toISOString(), destination: 'sync', decision: 'allow', rule, subject };
    await this.#options.data.writer.call('receipts.record', [{ ...receipt, rows: 1 }]);
    const there = new Set(parts);
    for (let part = 0; part === 0 || part * partBytes < size; part += 1) {
      if (there.has(part)) continue;
      const bytes = blobs.read(hash, part * partBytes, Math.min(size, (part + 1) * partBytes));
      const put = await connection.file('PUT', `/v1/blob/${hash}/${part}?size=${size}`, bytes, signal);
      if (put?.status !== 204) return false;
    }
    const committed = await connection.file('POST', `/v1/blob/${hash}/commit?size=${size}`, null, signal);
    return committed?.status === 204;
  }

  /** Fetches a file part by part. What was taken before something failed stays for the next time in this process. */
  async #receive(connection: FileCarrier, hash: string, signal: AbortSignal): Promise<boolean> {
    const writer = this.#begun.get(hash) ?? this.#options.blobs.begin();
    // Whoever else asks for the same file meanwhile has a writer of their own.
    this.#begun.delete(hash);
    try {
      for (let isWhole = false; !isWhole;) {
        const range = `bytes=${writer.size}-${writer.size + partBytes - 1}`;
        const answer = await connection.file('GET', `/v1/blob/${hash}`, null, signal, range);
        if (answer?.status !== 206 || answer.size === null) return this.#leave(hash, writer);
        // A part that was cut on its way is as good as a shorter one: the next begins where it ends.
        writer.write(answer.bytes);
        isWhole = writer.size >= answer.size;
        if (!isWhole && answer.bytes.length === 0) return this.#leave(hash, writer);
      }
      return writer.finish(hash) !== null;
    } catch (error) {
      writer.abort();
      throw error;
    }
  }

  /** A file that has arrived in part goes on where it stopped. Of more than a few the oldest begin anew. */
  #leave(hash: string, writer: BlobWriter): false {
    this.#begun.get(hash)?.abort();
    this.#begun.set(hash, writer);
    for (const [oldest, left] of this.#begun) {
      if (this.#begun.size <= mostBegun) break;
      left.abort();
      this.#begun.delete(oldest);
    }
    return false;
  }
}
