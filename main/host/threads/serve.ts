import { parentPort } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { causeFields, type Log, safeFields } from '../log/log.ts';
import { failureOf } from '../rpc/failure-of.ts';
import type { FromThread, ThreadFields, ToThread } from './messages.ts';

/** What a thread does. `handle` may answer at once or later; `signal` says that nobody waits for the answer any more. */
export interface ThreadProgram {
  handle(name: string, args: unknown, signal: AbortSignal): unknown;
  stop(): void | Promise<void>;
}

const slowMilliseconds = 250;

/** Runs a program in this worker thread until it is told to stop. `open` gets a way to send notes to the owner. */
export async function serveThread(
  open: (note: (value: unknown) => void) => ThreadProgram | Promise<ThreadProgram>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('This module runs in a worker thread.');
  const send = (message: FromThread): void => port.postMessage(message);
  let program: ThreadProgram;
  try {
    program = await open((note) => send({ kind: 'note', note }));
  } catch (error) {
    send({ kind: 'failed', ...describe(error) });
    return;
  }
  const running = new Map<number, AbortController>();
  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else if (message.kind === 'call') void answer(program, message, running, send);
    else void finish(program, send, () => port.close());
  });
  send({ kind: 'ready' });
}

async function answer(
  program: ThreadProgram,
  call: Extract<ToThread, { kind: 'call' }>,
  running: Map<number, AbortController>,
  send: (message: FromThread) => void,
): Promise<void> {
  const controller = new AbortController();
  running.set(call.id, controller);
  const began = performance.now();
  try {
    const value = await program.handle(call.name, call.args, controller.signal);
    send({ kind: 'answer', id: call.id, value });
  } catch (error) {
    send({ kind: 'error', id: call.id, ...describe(error) });
  } finally {
    running.delete(call.id);
    const ms = performance.now() - began;
    if (ms > slowMilliseconds) send({ kind: 'slow', name: call.name, ms: Math.round(ms) });
  }
}

async function finish(
  program: ThreadProgram,
  send: (message: FromThread) => void,
  close: () => void,
): Promise<void> {
  try {
    await program.stop();
  } finally {
    send({ kind: 'stopped' });
    close();
  }
}

function describe(error: unknown): { failure: ReturnType<typeof failureOf>; fields: ThreadFields } {
  let fields: ThreadFields = {};
  const log: Log = {
    write: (_level, _event, values = {}) => {
      fields = safeFields(values);
    },
  };
  const failure = failureOf(error, log);
  return { failure, fields: Object.keys(fields).length > 0 ? fields : causeFields(error) };
}
