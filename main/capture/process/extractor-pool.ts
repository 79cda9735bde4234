import type { ExtractionLimits, Remark } from '../extract/types.ts';
import { defaultLimits } from '../extract/types.ts';
import { ExtractorProcess } from './extractor-process.ts';
import type { ExtractorMessage, Reading, ReadRequest } from './protocol.ts';

export interface ExtractorPoolOptions {
  readonly processes?: number;
  readonly nodePath?: string;
  readonly heapMegabytes?: number;
  readonly residentMegabytes?: number;
  /** Longest time without a sign of progress, in milliseconds. */
  readonly stallMs?: number;
  /** Longest time for one document. */
  readonly totalMs?: number;
  /** Documents after which a process is replaced, so that no leak of a library grows for ever. */
  readonly documentsPerProcess?: number;
  readonly limits?: ExtractionLimits;
}

export interface ReadOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

interface Task {
  readonly request: ReadRequest;
  readonly options: ReadOptions;
  readonly resolve: (reading: Reading) => void;
  startedAt: number;
  heardAt: number;
  attempts: number;
}

interface Seat {
  process: ExtractorProcess | null;
  /** Documents that the process was sent, in the order it reads them. */
  readonly sent: Task[];
  finished: number;
  /** Why the process is being ended by the pool, for the document at the head. */
  verdict: Remark | 'cancelled' | 'worn' | null;
}

/** Small documents sent ahead, so that a process never waits for the pipe. Large ones are sent alone. */
const sendAhead = 16;
const smallBytes = 256 * 1024;
const watchEveryMs = 100;

/**
 * Reads documents in a few processes that can be killed. A document that crashes its process, or takes too much time or
 * memory, fails alone: those that were sent after it go to the next process.
 */
export class ExtractorPool {
  readonly #options: Required<ExtractorPoolOptions>;
  readonly #seats: Seat[];
  readonly #waiting: Task[] = [];
  #watch: NodeJS.Timeout | null = null;
  #nextId = 1;
  #closed = false;

  constructor(options: ExtractorPoolOptions = {}) {
    this.#options = {
      processes: 1,
      nodePath: process.execPath,
      heapMegabytes: 512,
      residentMegabytes: 1024,
      stallMs: 60_000,
      totalMs: 30 * 60_000,
      documentsPerProcess: 2000,
      limits: defaultLimits,
      ...options,
    };
    this.#seats = Array.from({ length: this.#options.processes }, () => ({
      process: null,
      sent: [],
      finished: 0,
      verdict: null,
    }));
  }

  /** Reads one document. Never rejects: a crash or a limit is a `failed` reading, as is a cancelled one. */
  read(name: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<Reading> {
    return new Promise((resolve) => {
      if (this.#closed || options.signal?.aborted === true) {
        resolve(failed('cancelled'));
        return;
      }
      const request = { id: this.#nextId, name, bytes, limits: this.#options.limits };
      this.#nextId += 1;
      const task: Task = { request, options, resolve, startedAt: 0, heardAt: 0, attempts: 0 };
      options.signal?.addEventListener('abort', () => this.#cancel(task), { once: true });
      this.#waiting.push(task);
      this.#fill();
    });
  }

  close(): void {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.resolve(failed('cancelled'));
    for (const seat of this.#seats) {
      for (const task of seat.sent.splice(0)) task.resolve(failed('cancelled'));
      seat.process?.kill();
    }
    this.#stopWatching();
  }

  #fill(): void {
    if (this.#closed) return;
    for (const seat of this.#seats) {
      while (this.#waiting.length > 0 && this.#hasRoom(seat)) {
        const task = this.#waiting.shift();
        if (task === undefined) break;
        this.#send(seat, task);
      }
    }
    if (this.#seats.some((seat) => seat.sent.length > 0)) this.#startWatching();
    else this.#stopWatching();
  }

  #hasRoom(seat: Seat): boolean {
    if (seat.verdict !== null) return false;
    if (seat.sent.length === 0) return true;
    const isSmall = (task: Task | undefined) => task !== undefined && task.request.bytes.length <= smallBytes;
    const alone = seat.sent.some((task) => !isSmall(task) || task.attempts > 1);
    return !alone && seat.sent.length < sendAhead && isSmall(this.#waiting[0]);
  }

  #send(seat: Seat, task: Task): void {
    seat.process ??= this.#start(seat);
    if (seat.sent.length === 0) {
      seat.process.ref();
      task.startedAt = task.heardAt = performance.now();
    }
    task.attempts += 1;
    seat.sent.push(task);
    seat.process.send(task.request);
  }

  #start(seat: Seat): ExtractorProcess {
    seat.finished = 0;
    return new ExtractorProcess({
      nodePath: this.#options.nodePath,
      heapMegabytes: this.#options.heapMegabytes,
      onMessage: (message) => this.#receive(seat, message),
      onEnd: (reason) => this.#ended(seat, reason),
    });
  }

  #receive(seat: Seat, message: ExtractorMessage): void {
    const head = seat.sent[0];
    if (message.kind === 'ready' || head === undefined || head.request.id !== message.id) return;
    head.heardAt = performance.now();
    if (message.kind === 'progress') {
      head.options.onProgress?.(message.done, message.total);
      return;
    }
    seat.sent.shift();
    seat.finished += 1;
    const next = seat.sent[0];
    if (next !== undefined) next.startedAt = next.heardAt = performance.now();
    else if (seat.finished >= this.#options.documentsPerProcess) this.#end(seat, 'worn');
    else seat.process?.unref();
    head.resolve(message.reading);
    this.#fill();
  }

  #end(seat: Seat, verdict: NonNullable<Seat['verdict']>): void {
    seat.verdict = verdict;
    seat.process?.kill();
  }

  /** The head of the line is what the process was reading; everything after it was not begun. */
  #ended(seat: Seat, reason: 'out-of-memory' | 'crashed'): void {
    const { verdict } = seat;
    seat.process = null;
    seat.verdict = null;
    const [head, ...rest] = seat.sent.splice(0);
    if (head !== undefined) {
      if (verdict === 'cancelled') head.resolve(failed('cancelled'));
      else if (verdict !== null && verdict !== 'worn')
        head.resolve({ kind: 'failed', detected: null, reason: verdict });
      // One more try in a fresh process: memory may have been held by the documents before.
      else if (verdict === 'worn' || head.attempts < 2) this.#waiting.unshift(head);
      else head.resolve(failed(reason === 'out-of-memory' ? 'reader-out-of-memory' : 'reader-crashed'));
      this.#waiting.splice(head.attempts < 2 ? 1 : 0, 0, ...rest);
    }
    for (const task of rest) task.attempts -= 1;
    this.#fill();
  }

  #cancel(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at !== -1) {
      this.#waiting.splice(at, 1);
      task.resolve(failed('cancelled'));
      return;
    }
    const seat = this.#seats.find((candidate) => candidate.sent.includes(task));
    if (seat === undefined) return;
    if (seat.sent[0] === task) this.#end(seat, 'cancelled');
    else task.resolve(failed('cancelled'));
  }

  #startWatching(): void {
    this.#watch ??= setInterval(() => this.#check(), watchEveryMs);
  }

  #stopWatching(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
  }

  #check(): void {
    const now = performance.now();
    for (const seat of this.#seats) {
      const head = seat.sent[0];
      if (head === undefined || seat.process === null || seat.verdict !== null) continue;
      const late = now - head.heardAt > this.#options.stallMs || now - head.startedAt > this.#options.totalMs;
      if (late) {
        const seconds = Math.round((now - head.startedAt) / 1000);
        this.#end(seat, { code: 'reader-timed-out', parameters: { seconds } });
        continue;
      }
      const resident = seat.process.residentBytes();
      if (resident !== null && resident > this.#options.residentMegabytes * 2 ** 20) {
        this.#end(seat, { code: 'reader-out-of-memory', parameters: {} });
      }
    }
  }
}

function failed(code: string): Reading {
  return { kind: 'failed', detected: null, reason: { code, parameters: {} } };
}
