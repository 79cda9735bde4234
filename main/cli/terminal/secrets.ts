import { askPassphrase } from './ask.ts';
import { UsageError } from './usage-error.ts';

/** A secret from the environment or from a terminal. Secrets are never arguments: other processes can read those. */
export async function secretFrom(variable: string, question: string): Promise<string> {
  const secret = process.env[variable] ?? (await askPassphrase(question));
  if (secret !== null && secret !== '') return secret;
  throw new UsageError(
    `${question.replace(/:\s*$/, '')} is asked for on a terminal, or read from ${variable}.`,
  );
}

/** The password of one's account. */
export function accountPassword(): Promise<string> {
  return secretFrom('WORKBENCH_SYNC_PASSWORD', 'Password: ');
}
