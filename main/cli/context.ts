import type { HostClient } from '../../preload/contract/contract.ts';
import type { Failure } from '../../preload/contract/errors.ts';
import type { Answer } from './terminal/output.ts';
import { type ExitCode, exitCodes } from './terminal/usage-error.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly keyFile?: string;
  /** Reads the workspace as it stands, without its lock. */
  readonly readOnly?: boolean;
  readonly json?: boolean;
}

/** What a command works with. `client` opens or attaches to the workspace on first use. */
export interface CliContext {
  readonly options: GlobalOptions;
  /** Folder of the workspace that the command speaks of. */
  readonly workspace: string;
  readonly client: () => Promise<HostClient>;
  /** Sends one line of a streaming command to standard output. */
  readonly stream: (line: string) => Promise<void>;
  /** Resolves when the person or the system asks the process to end. */
  readonly ended: () => Promise<void>;
  /** Runs another command line in the same workspace. Never throws. */
  readonly perform: (args: readonly string[], context: CliContext) => Promise<Outcome>;
}

/** What came of one command line. */
export interface Outcome {
  readonly exit: ExitCode;
  readonly answer?: Answer;
  readonly error?: Failure;
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
