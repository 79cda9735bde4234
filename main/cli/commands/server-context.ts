import { resolve } from 'node:path';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { defaultDataFolder } from '../../../sync/server/data-folder.ts';
import { ServerError, type ServerErrorCode } from '../../../sync/server/errors.ts';
import { type OpenDatabase, openDatabase, type Place } from '../../../sync/server/open-database.ts';
import type { Action, CliContext } from '../context.ts';
import type { ServerOptions } from '../server-options.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Opens the database for one command, and closes it whatever came of it. */
export function withDatabase(
  flags: ServerOptions,
  work: (database: OpenDatabase) => Promise<Answer>,
): Action {
  return shown(async () => {
    const database = await openDatabase(placeOf(flags));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

const cliCodes: Partial<Record<ServerErrorCode, ConstructorParameters<typeof WorkbenchError>[0]>> = {
  BAD_REQUEST: 'invalid-input',
  NOT_FOUND: 'not-found',
  FORBIDDEN: 'not-allowed',
  CONFLICT: 'not-allowed',
  QUOTA: 'not-allowed',
  UNAVAILABLE: 'offline',
  BUSY: 'busy',
};

/** The server's errors in the command line's words. */
export function shown(work: (context: CliContext) => Promise<Answer>): Action {
  return async (context) => {
    try {
      return await work(context);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const code = cliCodes[error.code];
      if (code === undefined) throw error;
      throw new WorkbenchError(code, error.message, error.details, error.cause);
    }
  };
}

/** The server that a command is about. */
export function placeOf(flags: ServerOptions): Place {
  const databaseUrl = flags.databaseUrl ?? process.env['WORKBENCH_DATABASE_URL'];
  return { data: resolve(flags.data ?? defaultDataFolder()), databaseUrl };
}

/** A number that was given as an option. Throws `UsageError`. */
export function count(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is a number.`);
}

/** Throws `invalid-input` where a text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WorkbenchError('invalid-input', 'This is not JSON. Nothing was changed.');
  }
}
