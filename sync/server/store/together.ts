const failedBefore = '25P02';

/**
 * Waits for statements that were given together until the last of them has ended: none may still run when the transaction is rolled back.
 * Throws the error that was the cause of the others, which a failed transaction only passes on.
 */
export async function together(statements: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(statements);
  const errors = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (errors.length === 0) return;
  throw errors.find((error) => codeOf(error) !== failedBefore) ?? errors[0];
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
