import { z } from 'zod';
import {
  idSchema,
  jsonSchema,
  scopeSchema,
  sequenceSchema,
  sha256Schema,
  stampSchema,
} from './primitives.ts';
import { exitLineSchema, headerLineSchema, rowLineSchema } from './row-state.ts';

/**
 * The messages between laptop and sync server. A change of any of them changes this number: a test holds their
 * fingerprint. 64-bit numbers travel as decimal text.
 *
 * Versions: 1 (2026-11) first form; 2 (2026-11) accounts, people and their audit log;
 * 3 (2026-11) a greeting says what there is to take along; 4 (2026-11) and how many rows a scope has;
 * 5 (2026-11) a laptop says which it was when it signs in again;
 * 6 (2026-11) an exit says where the row went;
 * 7 (2026-11) a trailer says what of purged rows is forgotten;
 * 8 (2026-11) what a laptop keeps to itself is named in its place;
 * 9 (2026-11) a push is lines of the texts that its hashes cover;
 * 10 (2026-11) a header says what somebody else wrote under it;
 * 11 (2026-11) a key says which project it is narrowed to;
 * 12 (2026-11) a row's hash is salted;
 * 13 (2026-11) a trailer says the hash of the chain's end;
 * 14 (2026-11) devices are asked for by the sessions of stamps.
 */
export const protocolVersion = 14;

/** The HTTP header by which every request of a laptop names the version that it speaks, those without a message too. */
export const protocolHeader = 'workbench-protocol';
/** That header of this build. */
export const spokenVersion: Readonly<Record<string, string>> = { [protocolHeader]: String(protocolVersion) };

const version = z.literal(protocolVersion);
/** The hash before the first mutation is 64 zeros. */
export const firstHash = '0'.repeat(64);

const cursor = z.strictObject({
  scope: scopeSchema,
  scopeEpoch: z.number().int().min(0),
  seq: sequenceSchema,
});
const asked = { v: version, client: idSchema, epoch: idSchema };

/** POST /v1/hello. `epoch` is null on the first visit; `now` is the laptop's clock in milliseconds. */
export const helloRequestSchema = z.strictObject({
  v: version,
  client: idSchema,
  epoch: idSchema.nullable(),
  app: z.string().max(40),
  schema: z.number().int().positive(),
  lastMutation: sequenceSchema,
  lastHash: sha256Schema,
  /** Up to here the laptop has forgotten what it sent: it stands in a backup. */
  settled: sequenceSchema,
  have: z.array(cursor).max(10_000),
  now: z.number().int(),
});

/** What the laptop is to do with a scope. `review`: notes and judgements may be written there, nothing else. */
const grantedScope = z.strictObject({
  scope: scopeSchema,
  scopeEpoch: z.number().int().min(0),
  /** Rows of it, those in the trash too: what a first fetch has before it. */
  rows: sequenceSchema,
  priority: z.number().int(),
  do: z.enum(['pull', 'bootstrap', 'revoke']),
  access: z.enum(['none', 'read', 'review', 'write']),
  /** True where the person made it or has a role in its project; false where it is merely open to the organisation. */
  part: z.boolean(),
  /** The project of a session. */
  project: idSchema.optional(),
  /** What it is called, where the laptop does not hold it; null where the reader may not see that. */
  name: z.string().nullable().optional(),
});

export const helloAnswerSchema = z.strictObject({
  v: version,
  epoch: idSchema,
  schemaMinimum: z.number().int().positive(),
  schemaCurrent: z.number().int().positive(),
  serverNow: z.number().int(),
  lastMutation: sequenceSchema,
  lastHash: sha256Schema,
  /** Mutations up to here are in a verified backup: the laptop may forget them. */
  backupMutation: sequenceSchema,
  policy: z.strictObject({ version: z.number().int().min(0), settings: z.record(z.string(), jsonSchema) }),
  scopes: z.array(grantedScope),
  limits: z.strictObject({
    pushBytes: z.number().int(),
    pushMutations: z.number().int(),
    pullBytes: z.number().int(),
    partBytes: z.number().int(),
  }),
});

/** At most so many transactions are in one push. */
export const mostTransactions = 2000;

/**
 * POST /v1/push, the first line. A line for each transaction follows, in their order and from the number `first` on without gaps
 * (`exchangedTransactionSchema`). `hash` is the chain's hash after the last of them, `previousHash` the one before the first.
 */
export const pushHeadSchema = z.strictObject({
  ...asked,
  first: sequenceSchema,
  previousHash: sha256Schema,
  hash: sha256Schema,
});

/** Why one transaction was refused. */
export const refusalCodes = [
  'PURGED',
  'REDACTED',
  'TRANSITION',
  'POLICY',
  'FORBIDDEN',
  'SCOPE',
  'AUTHOR',
  'UNFAITHFUL',
  'ROW_REFUSED',
  'QUOTA',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export const mutationResultSchema = z.strictObject({
  m: sequenceSchema,
  /** `merged`: somebody else had written the same cell at the same time. */
  st: z.enum(['applied', 'merged', 'refused']),
  /** The number of the last row that the transaction wrote. */
  seq: sequenceSchema.optional(),
  code: z.enum(refusalCodes).optional(),
  message: z.string().optional(),
});

export const pushAnswerSchema = z.strictObject({
  lastMutation: sequenceSchema,
  lastHash: sha256Schema,
  results: z.array(mutationResultSchema),
});

/** POST /v1/pull. The answer is a line of JSON for each row or body, and one trailer; without a trailer nothing counts. */
export const pullRequestSchema = z.strictObject({
  ...asked,
  policy: z.number().int().min(0),
  /** `whole`: states even of versions that the laptop wrote itself. */
  want: z.array(cursor.extend({ whole: z.literal(true).optional() })).max(10_000),
  maxBytes: z.number().int().min(1),
});

export const digestSchema = z.strictObject({
  n: sequenceSchema,
  /** Exclusive or of the first 64 bits of the rows' hashes. */
  x: z.string().regex(/^[0-9a-f]{16}$/),
});

/** Bytes that a row of the same page names by their SHA-256, in base 64. */
export const bodyLineSchema = z.strictObject({ b: sha256Schema, d: z.base64() });

/** The end of the asking laptop's chain in the snapshot of what is answered: its last mutation in there, and the hash of it. */
const chainEnd = { lastMutation: sequenceSchema, lastHash: sha256Schema };

export const pullTrailerSchema = z.strictObject({
  next: z.record(scopeSchema, sequenceSchema),
  more: z.boolean(),
  ...chainEnd,
  /** Only where nothing more is to come: the scopes' digests in the snapshot of this page. */
  digest: z.record(scopeSchema, digestSchema).optional(),
  /** Beside the digests: up to these numbers the server has forgotten what was purged; it does not count any more. */
  floor: z.record(scopeSchema, sequenceSchema).optional(),
  /** Scopes that the reader may no longer read: their rows go. */
  revoke: z.array(scopeSchema).optional(),
  /** Scopes that are to be fetched again from the beginning. */
  bootstrap: z.array(scopeSchema).optional(),
});

export const pullLineSchema = z.union([
  rowLineSchema,
  headerLineSchema,
  exitLineSchema,
  bodyLineSchema,
  z.strictObject({ trailer: pullTrailerSchema }),
]);

/** POST /v1/digest. Rows fall into 256 parts by the last two digits of their ids; `part` asks for one part's rows. */
export const digestRequestSchema = z.strictObject({
  ...asked,
  scope: scopeSchema,
  part: z
    .string()
    .regex(/^[0-9a-f]{2}$/)
    .optional(),
});

export const digestAnswerSchema = z.union([
  z.strictObject({ parts: z.record(z.string().regex(/^[0-9a-f]{2}$/), digestSchema) }),
  z.strictObject({ rows: z.array(headerLineSchema) }),
]);

const rowName = z.strictObject({ e: z.number().int().positive(), i: idSchema });

/** POST /v1/rows. Answered with lines of rows and bodies and one trailer that names what is not there, or not to be read. */
export const rowsRequestSchema = z.strictObject({ ...asked, rows: z.array(rowName).min(1).max(1000) });
export const rowsTrailerSchema = z.strictObject({ ...chainEnd, missing: z.array(rowName) });

/** POST /v1/stamps. Which transactions the server knows, whichever client brought them. */
export const stampsRequestSchema = z.strictObject({
  ...asked,
  stamps: z.array(stampSchema).min(1).max(5000),
});
export const stampsAnswerSchema = z.strictObject({
  known: z.record(
    stampSchema,
    z.strictObject({ st: z.enum(['applied', 'merged', 'refused']), code: z.enum(refusalCodes).optional() }),
  ),
});

/** Why a whole request was refused; nothing was written. */
export const errorCodes = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'GAP',
  'FORK',
  'EPOCH',
  'CLIENT_RETIRED',
  'TOO_LARGE',
  'VERSION',
  'BUSY',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const errorAnswerSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), jsonSchema).optional(),
});

export type HelloRequest = z.infer<typeof helloRequestSchema>;
export type HelloAnswer = z.infer<typeof helloAnswerSchema>;
export type PushHead = z.infer<typeof pushHeadSchema>;
export type PushAnswer = z.infer<typeof pushAnswerSchema>;
export type MutationResult = z.infer<typeof mutationResultSchema>;
export type PullRequest = z.infer<typeof pullRequestSchema>;
export type PullTrailer = z.infer<typeof pullTrailerSchema>;
export type PullLine = z.infer<typeof pullLineSchema>;
export type Digest = z.infer<typeof digestSchema>;
export type DigestRequest = z.infer<typeof digestRequestSchema>;
export type DigestAnswer = z.infer<typeof digestAnswerSchema>;
export type RowsRequest = z.infer<typeof rowsRequestSchema>;
export type RowsTrailer = z.infer<typeof rowsTrailerSchema>;
export type StampsRequest = z.infer<typeof stampsRequestSchema>;
export type StampsAnswer = z.infer<typeof stampsAnswerSchema>;
