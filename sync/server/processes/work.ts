import { z } from 'zod';

/** What a process needs to know to answer requests as the others do. It may hold secrets: it goes over a pipe, and stands in no argument. */
export const edgeWorkSchema = z.strictObject({
  /** The server's data folder, which is there, and the database as the server signs in to it. */
  data: z.string(),
  serverUrl: z.string(),
  connections: z.number().int().positive(),
  host: z.string(),
  port: z.number().int().positive(),
  version: z.string(),
  trustProxy: z.boolean(),
  limits: z.strictObject({
    requestsPerMinute: z.number(),
    signInsPerMinute: z.number(),
    socketsOfPerson: z.number(),
  }),
  tls: z.strictObject({ certFile: z.string(), keyFile: z.string() }).nullable(),
  oidc: z
    .strictObject({
      issuer: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      publicUrl: z.string(),
    })
    .nullable(),
});
export type EdgeWork = z.infer<typeof edgeWorkSchema>;

/** What the first process says to another: what its work is, that it is to give a sign, or that it ends. */
export const toldSchema = z.union([
  z.strictObject({ work: edgeWorkSchema }),
  z.strictObject({ beat: z.literal(true) }),
  z.strictObject({ end: z.literal(true) }),
]);
export type Told = z.infer<typeof toldSchema>;

/** What the other says: that it listens, or in a sentence why it does not, and its sign. */
export const saidSchema = z.union([
  z.strictObject({ listens: z.literal(true) }),
  z.strictObject({ beats: z.literal(true) }),
  z.strictObject({ failed: z.string() }),
]);
export type Said = z.infer<typeof saidSchema>;
