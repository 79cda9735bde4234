import { resolve } from 'node:path';
import type { ActivityItem } from '../../../preload/contract/capture.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { type Action, done, partly } from '../context.ts';
import { cell, table } from '../terminal/output.ts';
import { obtainModel } from './care.ts';
import { idOf } from './rows.ts';

export interface IngestOptions {
  readonly session?: string;
  readonly newSession?: string;
  readonly wait?: boolean;
}

/** `workbench ingest`: files and folders into a session; addresses that begin with http are fetched. */
export function ingest(given: readonly string[], options: IngestOptions): Action {
  return async ({ client: open }) => {
    const client = await open();
    const urls = given.filter((each) => /^https?:\/\//.test(each));
    const paths = given.filter((each) => !urls.includes(each));
    if (options.wait === true) await obtainModel(client);
    const added = await client.capture.add({
      ...(await target(client, options)),
      paths: paths.map((each) => ({ path: resolve(each), given: each })),
      urls,
    });
    const { items } = await client.capture.finished({ jobId: added.jobId, vectors: options.wait === true });
    const shown = items.map(describe);
    const json = { sessionId: added.sessionId, items: shown };
    const lines = table(
      shown.map((item) => [
        item.status,
        cell(item.path),
        item.error === null ? '' : cell(item.error.message, 100),
      ]),
    );
    const failed = shown.some((item) => item.status === 'failed' || item.status === 'cancelled');
    return failed ? partly(json, lines) : done(json, lines);
  };
}

async function target(
  client: HostClient,
  options: IngestOptions,
): Promise<{ sessionId?: string; newSession?: { question: string } }> {
  if (options.session !== undefined)
    return { sessionId: await idOf(client, 'research_sessions', options.session) };
  return options.newSession === undefined ? {} : { newSession: { question: options.newSession } };
}

function describe(item: ActivityItem) {
  return {
    path: item.path ?? item.name,
    status: item.state,
    evidenceId: item.evidenceId,
    artifactId: item.artifactId,
    chunks: item.chunks,
    ms: item.ms,
    error: item.error,
  };
}
