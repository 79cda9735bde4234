import { z } from 'zod';
import { idSchema, scopeSchema } from './primitives.ts';

/**
 * WebSocket /v1/notify, with the same Authorization header as every request. Nothing is promised: what is missed here is found by
 * the next pull. Messages are JSON.
 */

/** From the laptop: scopes that it wants to hear of, in the place of those before; and where its person is, or null for away. */
export const notifyRequestSchema = z.union([
  z.strictObject({ watch: z.array(scopeSchema).max(2000) }),
  z.strictObject({ present: scopeSchema.nullable() }),
]);

const person = z.strictObject({ user: idSchema, since: z.number().int() });

/** From the server: scopes with something new; and who is in a scope, other laptops of the reader included. */
export const notifyMessageSchema = z.union([
  z.strictObject({ new: z.array(scopeSchema) }),
  z.strictObject({ presence: z.strictObject({ scope: scopeSchema, people: z.array(person) }) }),
]);

export type NotifyMessage = z.infer<typeof notifyMessageSchema>;
