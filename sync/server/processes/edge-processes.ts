import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerError } from '../errors.ts';
import type { ServerLog } from '../http/log.ts';
import { type Beats, defaultBeats, endWhenSilent } from './beats.ts';
import { type EdgeWork, saidSchema, type Told } from './work.ts';

const firstWaitMs = 100;
const longestWaitMs = 10_000;
/** A process that worked for so long did not end for what ended the one before it. */
const calmMs = 60_000;
/** Requests that are being answered have so long to be finished. */
const endMs = 30_000;

/**
 * The processes that answer requests at one port. Connections are handed out in turn (node:cluster); whatever has to hold for all
 * stands in the database. One that ends is put in its place again, after a wait that grows while they keep ending; one that gives no sign
 * any more is ended.
 */
export class EdgeProcesses {
  readonly #work: EdgeWork;
  readonly #log: ServerLog;
  readonly #beats: Beats;
  readonly #living = new Set<Worker>();
  readonly #closing = new AbortController();
  #kept: Promise<unknown> = Promise.resolve();

  private constructor(work: EdgeWork, log: ServerLog, beats: Beats) {
    this.#work = work;
    this.#log = log;
    this.#beats = beats;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('./edge-process.ts', import.meta.url)),
      args: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** Resolves once all of them listen. Throws `UNAVAILABLE` where one does not; then none is left. */
  static async start(
    count: number,
    work: EdgeWork,
    log: ServerLog,
    beats: Beats = defaultBeats,
  ): Promise<EdgeProcesses> {
    const processes = new EdgeProcesses(work, log, beats);
    const places = Array.from({ length: count }, () => processes.#begin());
    try {
      const workers = await Promise.all(places);
      processes.#kept = Promise.all(workers.map((worker) => processes.#keep(worker)));
      return processes;
    } catch (error) {
      await Promise.allSettled(places);
      await processes.close();
      throw error;
    }
  }

  /** Ends all of them: each takes no more requests and finishes those that it has. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#living].map((worker) => endOf(worker)));
    await this.#kept;
  }

  async #begin(): Promise<Worker> {
    const worker = cluster.fork();
    this.#living.add(worker);
    worker.once('exit', () => this.#living.delete(worker));
    worker.on('error', () => undefined);
    const said = heard(worker);
    tell(worker, { work: this.#work });
    const failed = await said;
    if (failed !== null) {
      await endOf(worker);
      throw new ServerError('UNAVAILABLE', failed);
    }
    this.#log.write('info', 'process.started', { process: worker.process.pid });
    this.#watch(worker);
    return worker;
  }

  #watch(worker: Worker): void {
    const beats = endWhenSilent(
      worker,
      this.#beats,
      () => tell(worker, { beat: true }),
      () => this.#log.write('error', 'process.silent', { process: worker.process.pid }),
    );
    worker.on('message', (message: unknown) => {
      const said = saidSchema.safeParse(message);
      if (said.success && 'beats' in said.data) beats.heard();
    });
  }

  /** Sees to it that somebody is in this worker's place until all of them end. */
  async #keep(first: Worker): Promise<void> {
    let worker: Worker | null = first;
    let wait = firstWaitMs;
    for (;;) {
      if (worker !== null) {
        const since = performance.now();
        await gone(worker);
        if (this.#closing.signal.aborted) return;
        if (performance.now() - since > calmMs) wait = firstWaitMs;
        const { pid, exitCode, signalCode } = worker.process;
        this.#log.write('error', 'process.ended', { process: pid, exitCode, signal: signalCode });
      }
      await pause(wait, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closing.signal.aborted) return;
      wait = Math.min(wait * 2, longestWaitMs);
      worker = await this.#begin().catch((error: unknown) => {
        const message = error instanceof Error ? error.message : '';
        this.#log.write('error', 'process.not_started', { message, againInMs: wait });
        return null;
      });
    }
  }
}

/** Null once a process listens, else what it says of why it does not. */
function heard(worker: Worker): Promise<string | null> {
  return new Promise((resolve) => {
    worker.once('exit', () =>
      resolve('A process of the server ended before it listened. Nothing was changed.'),
    );
    worker.on('message', (message: unknown) => {
      const said = saidSchema.safeParse(message);
      if (said.success && !('beats' in said.data)) resolve('failed' in said.data ? said.data.failed : null);
    });
  });
}

/** A process that is gone already is told nothing. */
function tell(worker: Worker, told: Told): void {
  if (worker.isConnected()) worker.send(told, undefined, () => undefined);
}

/** Asks a process to end and waits for it; ends it where it does not. */
async function endOf(worker: Worker): Promise<void> {
  tell(worker, { end: true });
  const hanging = setTimeout(() => worker.process.kill('SIGKILL'), endMs);
  await gone(worker);
  clearTimeout(hanging);
}

function gone(worker: Worker): Promise<void> {
  if (worker.isDead()) return Promise.resolve();
  return new Promise((resolve) => worker.once('exit', () => resolve()));
}
