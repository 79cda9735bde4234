import { resolve } from 'node:path';
import type { ActivityItem } from '../../../preload/contract/capture.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { type Action, done, partly } from '../context.ts';
import { cell, table } from '../terminal/output.ts';
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
    const paths = new Map(given.filter((each) => !urls.includes(each)).map((each) => [resolve(each), each]));
    const added = await client.capture.add({
      ...(await target(client, options)),
      paths: [...paths.keys()],
      urls,
    });
    const { items } = await client.capture.finished({ jobId: added.jobId, vectors: options.wait === true });
    const shown = items.map((item) => describe(item, paths));
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

function describe(item: ActivityItem, paths: ReadonlyMap<string, string>) {
  return {
    path: item.path === null ? item.name : (paths.get(item.path) ?? relative(item.path, paths)),
    status: item.state,
    evidenceId: item.evidenceId,
    artifactId: item.artifactId,
    chunks: item.chunks,
    ms: item.ms,
    error: item.error,
  };
}

/** A file below a folder that was given keeps the folder as it was given. */
function relative(path: string, paths: ReadonlyMap<string, string>): string {
  for (const [absolute, given] of paths) {
    if (path.startsWith(`${absolute}/`) || path.startsWith(`${absolute}\\`)) {
      return given.replace(/[\\/]+$/, '') + path.slice(absolute.length);
    }
  }
  return path;
}
