import type { Failure } from '../../preload/contract/errors.ts';
import type { CliContext } from './context.ts';
import { describeFailure } from './terminal/failure.ts';
import type { Answer } from './terminal/output.ts';
import { exitCodes, type ExitCode, UsageError } from './terminal/usage-error.ts';
import { version } from '../host/version.ts';

/** What came of one command line. */
export interface Outcome {
  readonly exit: ExitCode;
  readonly answer?: Answer;
  readonly error?: Failure;
}

/** Commands that cannot stand in a batch: they choose a workspace of their own, or never end. */
const alone: ReadonlySet<string> = new Set(['init', 'serve', 'batch', 'backup restore']);

/** Runs one command line in the workspace of a context, as `batch` does for each line. Never throws. */
export async function perform(args: readonly string[], context: CliContext): Promise<Outcome> {
  const { parse } = await import('./program.ts');
  try {
    const parsed = parse(args, version);
    if (alone.has(parsed.command)) throw new UsageError(`${parsed.command} cannot stand in a batch.`);
    const answer = await parsed.action(context);
    return { exit: answer.exit, answer };
  } catch (error) {
    const failure = describeFailure(error);
    return {
      exit: failure.exit === exitCodes.cannotOpen ? exitCodes.cannotOpen : failure.exit,
      error: failure.failure,
    };
  }
}
