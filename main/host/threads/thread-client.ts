import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Log } from '../log/log.ts';
import type { Calls, FromThread, ToThread } from './messages.ts';

export interface ThreadOptions {
  /** Name in logs. */
  readonly name: string;
  readonly module: URL;
  /** What the thread is given when it starts, or how to find it out. */
  readonly data: unknown;
  readonly log: Log;
  /** Longest time of one call; the thread is replaced when it is over. Null for threads that may take their time. */
  readonly limitMilliseconds: number | null;
  /** How many calls are sent before the first of them is answered. */
  readonly inFlight: number;
  /** The thread hears nothing before it is done: a call that nobody waits for any more ends with it. Only for one call at a time. */
  readonly endsCancelled?: boolean;
  readonly onNote?: (note: unknown) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** A waiting call with the same key is dropped as `cancelled` when this one comes: the newest wins. */
  readonly supersedes?: string | undefined;
}

interface Pending {
  readonly name: string;
  readonly args: unknown;
  readonly key: string | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
}

/**
 * A worker thread seen from its owner: calls by name, in order. A thread that dies is an error for the calls that
 * it had, and is started again for the next one.
 */
export class ThreadClient<C extends Calls> {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Pending>();
  readonly #sent = new Map<number, Pending>();
  #worker: Worker | null = null;
  #ready: Promise<Worker> | null = null;
  #nextId = 1;
  #stopping = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread, and fails where it cannot open what it works on. */
  async start(): Promise<void> {
    await this.#running();
  }

  /** Calls waiting or running, for choosing the idler of two threads. */
  get load(): number {
    return this.#waiting.size + this.#sent.size;
  }

  call<N extends keyof C & string>(
    name: N,
    args: C[N]['args'],
    options: CallOptions = {},
  ): Promise<C[N]['result']> {
    if (options.signal?.aborted === true) return Promise.reject(cancelled());
    const id = this.#nextId++;
    const key = options.supersedes;
    if (key !== undefined) this.#supersede(key);
    return new Promise<C[N]['result']>((resolve, reject) => {
      this.#waiting.set(id, { name, args, key, resolve, reject });
      options.signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
      this.#pump();
    });
  }

  /** Lets running calls finish, closes what the thread has open, and ends it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
    this.#post(worker, { kind: 'stop' });
    const timer = setTimeout(() => void worker.terminate(), 10_000);
    await exited;
    clearTimeout(timer);
  }

  #supersede(key: string): void {
    for (const [id, call] of this.#waiting) if (call.key === key) this.#cancel(id);
    for (const [id, call] of this.#sent) if (call.key === key) this.#cancel(id);
  }

  #cancel(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) {
      this.#waiting.delete(id);
      waiting.reject(cancelled());
    } else if (this.#sent.has(id) && this.#worker !== null) {
      if (this.#options.endsCancelled === true) this.#replace(this.#worker, cancelled());
      else this.#post(this.#worker, { kind: 'cancel', id });
    }
  }

  #pump(): void {
    if (this.#waiting.size === 0) return;
    this.#running().then(
      (worker) => this.#send(worker),
      (error: unknown) => this.#failAll(this.#waiting, asError(error)),
    );
  }

  #send(worker: Worker): void {
    for (const [id, call] of this.#waiting) {
      if (this.#sent.size >= this.#options.inFlight) return;
      this.#waiting.delete(id);
      this.#sent.set(id, call);
      const limit = this.#options.limitMilliseconds;
      if (limit !== null) call.timer = setTimeout(() => this.#pastLimit(worker, call), limit);
      this.#post(worker, { kind: 'call', id, name: call.name, args: call.args });
    }
  }

  #running(): Promise<Worker> {
    if (this.#stopping) return Promise.reject(cancelled());
    this.#ready ??= this.#launch();
    return this.#ready;
  }

  async #launch(): Promise<Worker> {
    const { data, module } = this.#options;
    const workerData: unknown = typeof data === 'function' ? await (data as () => unknown)() : data;
    const worker = new Worker(module, { workerData });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve(worker);
        else if (message.kind === 'failed') {
          this.#options.log.write('error', 'thread.failed', {
            thread: this.#options.name,
            ...message.fields,
          });
          this.#forget(worker);
          void worker.terminate();
          reject(new WorkbenchError(message.failure.code, message.failure.message, message.failure.details));
        } else this.#receive(message);
      });
      worker.on('error', (error) => {
        this.#options.log.write('error', 'thread.crashed', { thread: this.#options.name, cause: error.name });
      });
      worker.on('exit', (code) => {
        reject(crashed(this.#options.name));
        if (this.#worker !== worker) return;
        if (!this.#stopping)
          this.#options.log.write('error', 'thread.ended', { thread: this.#options.name, code });
        this.#forget(worker);
        this.#failAll(this.#sent, crashed(this.#options.name));
        if (this.#stopping) this.#failAll(this.#waiting, cancelled());
        else this.#pump();
      });
    });
  }

  #receive(message: Exclude<FromThread, { kind: 'ready' | 'failed' }>): void {
    if (message.kind === 'note') this.#options.onNote?.(message.note);
    if (message.kind === 'slow') {
      this.#options.log.write('warning', 'query.slow', { query: message.name, ms: message.ms });
    }
    if (message.kind !== 'answer' && message.kind !== 'error') return;
    const call = this.#sent.get(message.id);
    this.#sent.delete(message.id);
    clearTimeout(call?.timer);
    if (message.kind === 'answer') call?.resolve(message.value);
    else {
      if (message.failure.code === 'internal') {
        this.#options.log.write('error', 'thread.error', { thread: this.#options.name, ...message.fields });
      }
      call?.reject(
        new WorkbenchError(message.failure.code, message.failure.message, message.failure.details),
      );
    }
    this.#pump();
  }

  #pastLimit(worker: Worker, call: Pending): void {
    this.#options.log.write('warning', 'thread.replaced', { thread: this.#options.name, query: call.name });
    const error = new WorkbenchError(
      'busy',
      'This took too long and was stopped. Nothing was changed. Narrow the question and try again.',
    );
    this.#replace(worker, error);
  }

  /** Ends the thread with the calls that it has; what waits is for the next one. */
  #replace(worker: Worker, error: WorkbenchError): void {
    this.#forget(worker);
    void worker.terminate();
    this.#failAll(this.#sent, error);
    this.#pump();
  }

  #forget(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#ready = null;
  }

  #failAll(calls: Map<number, Pending>, error: Error): void {
    for (const [id, call] of calls) {
      calls.delete(id);
      clearTimeout(call.timer);
      call.reject(error);
    }
  }

  #post(worker: Worker, message: ToThread): void {
    worker.postMessage(message);
  }
}

function cancelled(): WorkbenchError {
  return new WorkbenchError('cancelled', 'This was stopped because something newer was asked for.');
}

function crashed(name: string): WorkbenchError {
  return new WorkbenchError(
    'internal',
    'A part of the Workbench stopped and was started again. What was saved is safe. Try again.',
    { thread: name },
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
