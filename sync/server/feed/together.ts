/**
 * Waits for statements that were given together until the last of them has ended: none may still run, or be sent, when the transaction is
 * rolled back. Throws the error that came first; in a failed transaction the others only pass it on.
 */
export async function together<T extends readonly unknown[]>(
  statements: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const errors: unknown[] = [];
  const ended = await Promise.allSettled(
    statements.map(async (statement: Promise<unknown>) => {
      try {
        return await statement;
      } catch (error) {
        errors.push(error);
        throw error;
      }
    }),
  );
  if (errors.length > 0) throw errors[0];
  return ended.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as unknown as T;
}
