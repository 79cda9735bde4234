import type { CliContext, Outcome } from './context.ts';
import { parse } from './program.ts';
import { describeFailure } from './terminal/failure.ts';
import { UsageError } from './terminal/usage-error.ts';
import { version } from '../host/version.ts';

/** Commands that cannot stand in a batch: they choose a workspace of their own, or never end. */
const alone: ReadonlySet<string> = new Set(['init', 'serve', 'batch', 'backup restore']);

/** Runs one command line in the workspace of a context, as `batch` does for each line. Never throws. */
export async function perform(args: readonly string[], context: CliContext): Promise<Outcome> {
  try {
    const parsed = parse(args, version);
    if (alone.has(parsed.command)) throw new UsageError(`${parsed.command} cannot stand in a batch.`);
    const answer = await parsed.action(context);
    return { exit: answer.exit, answer };
  } catch (error) {
    const { failure, exit } = describeFailure(error);
    return { exit, error: failure };
  }
}
