import { readFile } from 'node:fs/promises';
import { searchModes, type Hit } from '../../../preload/contract/search.ts';
import { type Action, done } from '../context.ts';
import { cell } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { obtainModel } from './care.ts';
import { idOf } from './rows.ts';

export interface SearchOptions {
  readonly mode?: string;
  readonly session?: string;
  readonly limit?: string;
  readonly queries?: string;
}

type Mode = (typeof searchModes)[number];

/** `workbench search`: one query, or one line of JSON for each line `id<TAB>query` of a file. */
export function searchPassages(query: string | undefined, options: SearchOptions): Action {
  const mode = modeOf(options.mode ?? 'hybrid');
  const limit = limitOf(options.limit ?? '20');
  if ((query === undefined) === (options.queries === undefined)) {
    throw new UsageError('Give a query, or a file of queries with --queries.');
  }
  return async ({ client: open, stream }) => {
    const client = await open();
    if (mode === 'semantic') await obtainModel(client);
    const session =
      options.session === undefined
        ? {}
        : { sessionId: await idOf(client, 'research_sessions', options.session) };
    const ask = (text: string) => client.search.query({ query: text, mode, limit, ...session });
    if (options.queries === undefined) {
      const answer = await ask(query ?? '');
      return done({ hits: answer.hits.map(hitOf), ms: answer.ms, notice: answer.notice }, [
        ...answer.hits.map(describe),
        ...(answer.notice === null ? [] : [answer.notice]),
      ]);
    }
    for (const [id, text] of await readQueries(options.queries)) {
      const answer = await ask(text);
      await stream(JSON.stringify({ id, hits: answer.hits.map(hitOf), ms: answer.ms }));
    }
    return done(undefined);
  };
}

/** The stable part of a hit, first, and what else is known of it after. */
function hitOf(hit: Hit) {
  const { evidenceId, chunkId, title, path, score, snippet, page, start, end, why, ...rest } = hit;
  return { evidenceId, chunkId, title, path, score, snippet, page, start, end, why, ...rest };
}

function describe(hit: Hit): string {
  const page = hit.page === null ? '' : `, page ${hit.page}`;
  return `${hit.score.toFixed(4)}  ${cell(hit.title)}${page}\n        ${cell(hit.snippet, 160)}`;
}

async function readQueries(file: string): Promise<[string, string][]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line): [string, string] => {
    const at = line.indexOf('\t');
    if (at < 0) throw new UsageError(`Each line of ${file} is an id, a tab and a query.`);
    return [line.slice(0, at), line.slice(at + 1)];
  });
}

function modeOf(text: string): Mode {
  const mode = searchModes.find((each) => each === text);
  if (mode === undefined) throw new UsageError(`--mode is one of ${searchModes.join(', ')}.`);
  return mode;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new UsageError('--limit is a number from 1 to 200.');
  return limit;
}
