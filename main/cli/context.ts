import type { HostClient } from '../../preload/contract/contract.ts';
import type { Answer } from './terminal/output.ts';
import { exitCodes } from './terminal/usage-error.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly keyFile?: string;
  readonly json?: boolean;
}

/** What a command works with. `client` opens or attaches to the workspace on first use. */
export interface CliContext {
  readonly options: GlobalOptions;
  /** Folder of the workspace that the command speaks of. */
  readonly workspace: string;
  client(): Promise<HostClient>;
  /** Sends one line of a streaming command to standard output. */
  stream(line: string): Promise<void>;
  /** Resolves when the person or the system asks the process to end. */
  ended(): Promise<void>;
}

/** A command's work: its own options and arguments are parsed before. */
export type Action = (context: CliContext) => Promise<Answer>;

/** An answer that went well. */
export function done(json: unknown, lines: readonly string[] = []): Answer {
  return { json, lines, exit: exitCodes.done };
}

/** An answer of which a part failed. */
export function partly(json: unknown, lines: readonly string[] = []): Answer {
  return { json, lines, exit: exitCodes.partly };
}
