import { type FeedLimits, RequestRefused } from './environment.ts';
import type { ClientRecord } from './store.ts';

/** The newest schema of a laptop that this server knows. Rows carry what a laptop does not know yet. */
export const schemaCurrent = 1;

/**
 * Refuses rows to a laptop that said it is too old for them: it could not keep what it was given. What it sends is taken (P23). One that
 * has said nothing of itself yet is not refused.
 */
export function requireSchema(client: ClientRecord | undefined, { schemaMinimum }: FeedLimits): void {
  const schema = client?.schema ?? null;
  if (schema === null || schema >= schemaMinimum) return;
  throw new RequestRefused(
    'VERSION',
    'This build is too old for what the server has now. What you did can still be sent; update to get what others did.',
    { schema, schemaMinimum },
  );
}
