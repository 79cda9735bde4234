import type { Json } from '../../../db/catalogue/types.ts';
import type { DocumentUse } from '../../core/document-scope.ts';
import type { RefusalCode } from '../../protocol/messages.ts';

/**
 * What the feed needs of a database. Numbers of 64 bits are bigint. Two stores keep it: Postgres, and the simulator's model. All
 * calls of one transaction see one tenant only.
 */

export interface RowKey {
  readonly entity: number;
  readonly id: string;
}

/** The version of a row in the feed. */
export interface RowHeader extends RowKey {
  readonly scope: string;
  readonly seq: bigint;
  readonly hash: string;
  /** The client that wrote this version, and the highest number at which somebody else had written the row. */
  readonly client: string | null;
  readonly foreignSeq: bigint;
}

export interface StoredRow extends RowHeader {
  /** The row's content as `rowText` gives it: what its hash covers. */
  readonly state: string;
  /** SHA-256 of bodies that the row names. */
  readonly bodies: readonly string[];
  /** The row's own sharing level, for masking. */
  readonly level: string | null;
}

/** A row that left a scope. `to`: where it stands now. */
export interface ExitRecord extends RowKey {
  readonly scope: string;
  readonly seq: bigint;
  readonly to: string | null;
}

/** A use of a document, and the row that makes it: evidence, or an item of a library. */
export interface StoredUse extends DocumentUse {
  readonly by: RowKey;
  readonly document: string;
}

export interface ScopeRecord {
  readonly scope: string;
  readonly scopeEpoch: number;
  readonly count: bigint;
  /** Exclusive or of the rows' hashes, unsigned 64 bits. */
  readonly xor: bigint;
  /** Cursors below this number have missed a tombstone that is gone. */
  readonly floor: bigint;
}

export interface ClientRecord {
  readonly client: string;
  readonly user: string;
  readonly lastMutation: bigint;
  readonly lastHash: string;
  readonly retired: boolean;
  /** The last mutation that stands in a verified backup. */
  readonly backedUp: bigint;
  /** The schema that it said it has; null where it never did. */
  readonly schema: number | null;
}

/** What a laptop says of itself when it greets: its schema, and up to where it holds which scopes. */
export interface ClientStanding {
  readonly schema: number;
  readonly held: Readonly<Record<string, string>>;
  /** Where it is signed in; a key says nothing of that. */
  readonly device?: string | undefined;
}

/** What became of one transaction. `hash`: the chain's hash after it. */
export interface ResultRecord {
  readonly client: string;
  readonly mutation: bigint;
  readonly stamp: string;
  readonly hash: string;
  readonly status: 'applied' | 'merged' | 'refused';
  readonly seq: bigint | null;
  readonly code: RefusalCode | null;
  readonly message: string | null;
}

/** A refused write: bases that name its stamp also stand for what it replaced and had seen (MR24). */
export interface RefusedWrite extends RowKey {
  readonly stamp: string;
  readonly cell: string;
  readonly base: readonly string[];
  readonly seen: readonly string[];
}

/** What decides who may read and write in a scope. */
export type ScopeFacts =
  | {
      readonly kind: 'project';
      readonly id: string;
      readonly owner: string | null;
      readonly creator: string;
      readonly deleted: boolean;
      /** Every member of the organisation may read it: its visibility is `internal` or `public`, and it is not a Personal one. */
      readonly open: boolean;
      /** The asking user's role in it, while it holds. */
      readonly role: string | null;
    }
  | {
      readonly kind: 'session';
      readonly id: string;
      readonly project: string | null;
      readonly creator: string;
      readonly restricted: boolean;
      readonly localOnly: boolean;
      readonly level: string | null;
      readonly deleted: boolean;
    };

export interface Member {
  readonly user: string;
  readonly role: string;
}

export interface TenantPolicy {
  readonly version: number;
  readonly settings: Readonly<Record<string, Json>>;
}

/** One snapshot of one tenant. */
export interface ServerReader {
  epoch(): Promise<string>;
  head(): Promise<bigint>;
  policy(): Promise<TenantPolicy>;
  /** An active member of the tenant, or undefined. */
  member(user: string): Promise<Member | undefined>;
  client(client: string): Promise<ClientRecord | undefined>;
  scopes(scopes: readonly string[]): Promise<ScopeRecord[]>;
  /** Facts of the projects and sessions that are named, and of the sessions' projects. */
  scopeFacts(user: string, scopes: readonly string[]): Promise<ScopeFacts[]>;
  /** Facts of every project and session in which the user may have a part; a superset of what may be read. */
  scopesNear(user: string): Promise<ScopeFacts[]>;
  /** Versions after a number, in order; the client `headersFor` gets no state where it wrote last over what it had been given. */
  rowsAfter(scope: string, seq: bigint, limit: number, headersFor: string | null): Promise<FeedRow[]>;
  exitsAfter(scope: string, seq: bigint, limit: number): Promise<ExitRecord[]>;
  rows(keys: readonly RowKey[]): Promise<StoredRow[]>;
  headersOfPart(scope: string, part: string): Promise<RowHeader[]>;
  partDigests(
    scope: string,
  ): Promise<{ readonly part: string; readonly count: bigint; readonly xor: bigint }[]>;
  results(stamps: readonly string[]): Promise<ResultRecord[]>;
  resultsOfClient(client: string, from: bigint, to: bigint): Promise<ResultRecord[]>;
  bodies(hashes: readonly string[]): Promise<{ readonly hash: string; readonly data: Uint8Array }[]>;
  refusedWrites(ids: readonly string[]): Promise<RefusedWrite[]>;
  /** The highest place that a session of stamps has been given. */
  sessionPlaces(sessions: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Values that were replaced, by row, cell and stamp: what conflicts show as their base. */
  replacedValues(
    wanted: readonly (RowKey & { readonly cell: string; readonly over: string })[],
  ): Promise<(RowKey & { readonly cell: string; readonly over: string; readonly value: Json })[]>;
  /** Documents that the evidence of sessions names. */
  documentsOfSessions(sessions: readonly string[]): Promise<string[]>;
  /** Every use of documents, whether or not the row that makes it is in the trash. */
  documentUses(documents: readonly string[]): Promise<StoredUse[]>;
  /** Rows that stand where their document stands: its readings and facts, and the parts of all of these. */
  partsOfDocuments(documents: readonly string[]): Promise<RowKey[]>;
  /**
   * Sharing levels of what rows quote, or are parts of, by their ids; of rows that rest on nothing, nothing. A store that masks by a row's
   * own level alone leaves it out.
   */
  readonly quotedLevels?: (rows: readonly RowKey[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Evidence that names one of these files or references. A store that judges rows by themselves alone leaves it out. */
  readonly evidenceNaming?: (ids: readonly string[]) => Promise<string[]>;
  /** Rows of the tags of evidence. A store that judges rows by themselves alone leaves it out. */
  readonly tagsOfEvidence?: (evidence: readonly string[]) => Promise<string[]>;
  /** Stamps of the text updates that belong to rows, by owner. */
  textStamps(owners: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A version as the feed serves it: without state where the header is enough. */
export interface FeedRow extends RowHeader {
  readonly state: string | null;
  readonly bodies: readonly string[];
  readonly level: string | null;
}

/** One version that a push wrote, in the order of its numbers. */
export interface LoggedVersion extends RowKey {
  readonly scope: string;
  readonly mutation: bigint;
  readonly stamp: string;
  readonly ops: string;
  /** Values that this version replaced: `[cell, replaced stamp, value]`. */
  readonly replaced: readonly (readonly [cell: string, over: string, value: Json])[];
}

/** A row's shown values in the log's form, by the numbers of their columns; null where a column shows nothing. */
export interface ShownColumns {
  shown(n: number): Json;
}

/** A row's new version. `place` is the index of its version among the push's; the number follows from the tenant's counter. */
export interface RowWrite extends RowKey {
  readonly scope: string;
  readonly place: number;
  readonly state: string;
  readonly hash: string;
  readonly bodies: readonly string[];
  readonly level: string | null;
  /** The version that was there; undefined where there was none. */
  readonly before:
    | {
        /** Where it differs, the row leaves that scope with this version. */
        readonly scope: string;
        readonly seq: bigint;
        readonly hash: string;
        readonly foreignSeq: bigint;
        readonly client: string | null;
      }
    | undefined;
  /** True where the client cannot have the state: a moved place in the order. */
  readonly notAsSent: boolean;
  readonly purged: boolean;
  /** What the typed table shows; undefined where the row is not there (early or purged). */
  readonly values: ShownColumns | undefined;
  readonly deleted: boolean;
  readonly insertStamp: string;
}

/** Everything that one push writes. The store takes the tenant's counter last, then numbers and writes the versions. */
export interface PushWrite {
  readonly client: string;
  readonly user: string;
  readonly lastMutation: bigint;
  readonly lastHash: string;
  readonly versions: readonly LoggedVersion[];
  readonly rows: readonly RowWrite[];
  /** `place` of a result: index of the transaction's last version, or null. */
  readonly results: readonly (Omit<ResultRecord, 'client'> & {
    readonly place: number | null;
    readonly repeated: boolean;
  })[];
  /** Stamps of results that stand in the place of an earlier refusal. */
  readonly judgedAgain?: readonly string[];
  readonly refused: readonly RefusedWrite[];
  readonly bodies: readonly { readonly hash: string; readonly data: Uint8Array }[];
  readonly sessionPlaces: ReadonlyMap<string, number>;
  /** Rows that stand elsewhere and whose place in or out of the trash changes with this push. */
  readonly lives: readonly (RowKey & { readonly deleted: boolean })[];
  readonly purged: readonly RowKey[];
  /** Scopes that everybody fetches anew, since what may be seen of their rows has changed. */
  readonly renewed?: readonly string[];
  readonly at: number;
  /** What decided about the push, where somebody's access did: the server's own writes have none. */
  readonly decided?: DecidedBy;
}

/**
 * Rows that decided about a push: those of projects with their members, and of sessions, as they stood when the counter was at `since` or
 * later. Where one of them has a newer version under the counter, the transaction starts over (P24); so it does where other privacy
 * settings hold by then (P25).
 */
export interface DecidedBy {
  readonly since: bigint;
  readonly policyVersion: number;
  readonly projects: readonly string[];
  readonly sessions: readonly string[];
}

/** One write transaction of one tenant, READ COMMITTED: what it locks it keeps until its end. */
export interface ServerTransaction extends ServerReader {
  /** Locks the client's line; a new one is made. Undefined where the id belongs to somebody else. */
  lockClient(client: string, user: string): Promise<ClientRecord | undefined>;
  /** Locks rows in the order of entity and id, and answers with those that are there. */
  lockRows(keys: readonly RowKey[]): Promise<StoredRow[]>;
  /** Which of these rows were purged so long ago that nothing else is left of them. */
  purgedAmong(keys: readonly RowKey[]): Promise<RowKey[]>;
  /** Notes what a laptop says of itself. */
  noteClient(client: string, standing: ClientStanding, at: number): Promise<void>;
  /**
   * Writes what rows of a push show ahead of the rest of it, while the others are still being made: in the order of entity and id, over all
   * calls of a push. A store that has all at hand leaves it out.
   */
  readonly writeShown?: (user: string, rows: readonly RowWrite[]) => Promise<void>;
  /** Writes a push, the last thing that a transaction does, and answers with the first of its numbers: it may be committed by then. */
  writePush(push: PushWrite): Promise<bigint>;
  /**
   * How many more sessions the tenant's plan holds; until the transaction ends nobody else is told. A store without quotas leaves it
   * out.
   */
  readonly sessionsLeft?: () => Promise<number>;
}

/** A store of all tenants. */
export interface ServerStore {
  /** Runs a write transaction; where the database asks for it (a deadlock, two inserts of one row) once more from the start. */
  write<T>(tenant: string, work: (tx: ServerTransaction) => Promise<T>): Promise<T>;
  /** Runs reads in one snapshot. */
  read<T>(tenant: string, work: (reader: ServerReader) => Promise<T>): Promise<T>;
}
