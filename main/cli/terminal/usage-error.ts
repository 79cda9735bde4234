/** Wrong usage of the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes that scripts rely on. */
export const exitCodes = { done: 0, partly: 1, usage: 2, cannotOpen: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
