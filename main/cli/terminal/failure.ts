import { ORPCError } from '@orpc/client';
import { failureSchema, type Failure } from '../../../preload/contract/errors.ts';
import { silentLog } from '../../host/log/log.ts';
import { failureOf } from '../../host/rpc/failure-of.ts';
import { exitCodes, type ExitCode, UsageError } from './usage-error.ts';

const cannotOpen: ReadonlySet<string> = new Set([
  'workspace-locked',
  'workspace-missing',
  'workspace-in-use',
  'workspace-newer',
  'workspace-damaged',
  'wrong-key',
]);

/** What a script is told of an error: its failure and the exit code. */
export function describeFailure(error: unknown): { failure: Failure; exit: ExitCode } {
  if (error instanceof UsageError) {
    return { failure: { code: 'invalid-input', message: error.message }, exit: exitCodes.usage };
  }
  const failure = failureFrom(error);
  return { failure, exit: cannotOpen.has(failure.code) ? exitCodes.cannotOpen : exitCodes.partly };
}

function failureFrom(error: unknown): Failure {
  if (error instanceof ORPCError) {
    const parsed = failureSchema.safeParse({
      code: error.code,
      message: error.message,
      details: error.data ?? {},
    });
    if (parsed.success) return parsed.data;
  }
  return failureOf(error, silentLog);
}
