import type { FastifyInstance } from 'fastify';
import process from 'node:process';
import { ServerError } from '../errors.ts';
import { jsonLog } from '../http/log.ts';
import { joinDatabase, type ServerDatabase } from '../open-database.ts';
import { listen } from './listen.ts';
import { type EdgeWork, type Said, toldSchema } from './work.ts';

/**
 * One of several processes that answer requests, made by `EdgeProcesses`. Requests to end are for the first process alone, wherever a
 * terminal or a service manager sends them: it ends this one in its turn. Where the first process is gone, so is this one (node:cluster
 * ends it as its pipe closes).
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const log = jsonLog((line) => void process.stderr.write(line));
let running: { readonly app: FastifyInstance; readonly database: ServerDatabase } | undefined;

process.on('message', (message) => {
  const told = toldSchema.parse(message);
  if ('beat' in told) return say({ beats: true });
  void ('work' in told ? begin(told.work) : end());
});

async function begin(work: EdgeWork): Promise<void> {
  try {
    const database = await joinDatabase(work);
    running = { database, app: await listen(database, work, log) };
    say({ listens: true });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    say({ failed: error.message });
  }
}

/** Takes no more requests and finishes those that it has. */
async function end(): Promise<void> {
  await running?.app.close();
  await running?.database.close();
  process.exit();
}

function say(said: Said): void {
  process.send?.(said);
}
