import type { HelloAnswer, PushAnswer, StampsAnswer } from '../protocol/messages.ts';
import type { ArrivedPage, RowsPage } from './page.ts';

/** A row by the number of its entity and its id. */
export interface RowName {
  readonly e: number;
  readonly i: string;
}

/** Where a scope stands on this laptop. */
export interface Cursor {
  readonly scope: string;
  readonly scopeEpoch: number;
  readonly seq: string;
  /** Every row has to come whole: what is here was taken from an older opening of the scope. */
  readonly whole?: true;
}

/** What the laptop says of itself at the beginning of a cycle. */
export interface Standing {
  readonly client: string;
  readonly epoch: string | null;
  readonly schema: number;
  readonly lastMutation: string;
  readonly lastHash: string;
  /** The last mutation that is known to stand in a backup of the server. */
  readonly settled: string;
  readonly have: readonly Cursor[];
  readonly policyVersion: number;
  /** Numbers started anew: what waits is asked about by its stamps before anything is sent (MR21). */
  readonly asking: boolean;
}

/** What the laptop has to do after a greeting. */
export interface Greeted {
  /** The chain does not go on: another client id, and the road of MR21. */
  readonly road: 'none' | 'fork' | 'epoch';
  /** Why the organisation does not let this workspace sync, in words; nothing is sent or fetched then. */
  readonly refused: string | null;
  readonly want: readonly Cursor[];
}

/** Mutations that are sent at once: the texts of their transactions as their hashes cover them, from the number `first` to `last`. */
export interface OutgoingBatch {
  readonly client: string;
  readonly first: string;
  readonly last: string;
  readonly previousHash: string;
  readonly texts: readonly string[];
  readonly hash: string;
  /** As much as may go at once: more may be waiting behind it. */
  readonly isFull: boolean;
}

/**
 * How much is taken to be sent, and after which mutation that is on its way already; '0' where none is. `answered`: the answer to what
 * went before, which is taken up first.
 */
export interface TakeBatch {
  readonly count: number;
  readonly bytes: number;
  readonly after: string;
  readonly answered: PushAnswer | null;
}

/** Number of rows and exclusive or of their hashes' first 64 bits. */
export interface LocalDigest {
  readonly n: string;
  readonly x: string;
}

/**
 * What became of a page. `braked` names scopes of which too much would go at once (I14), `foreign` says that another file has pushed under
 * this one's name (P30), `damaged` what of the page is not of the protocol or not what its hash says; nothing was applied then.
 */
export interface PageOutcome {
  readonly damaged: string | null;
  readonly foreign: boolean;
  readonly braked: readonly { readonly scope: string; readonly left: number }[];
  readonly want: readonly Cursor[];
  readonly rows: number;
  /** Something in it is hidden from this reader. */
  readonly hides: boolean;
}

/** What became of a page beside a push. `takesAway`: rows would go by it, and nothing was applied. */
export interface BesideOutcome extends PageOutcome {
  readonly takesAway: boolean;
}

/** The laptop's file as the engine uses it: each call is one transaction, durable when it answers. */
export interface StoreCalls {
  begin(input: null): Standing;
  greeted(input: HelloAnswer): Greeted;
  /** Takes another client id; `epoch` also forgets where every scope stands, because the server's numbers mean nothing now. */
  reidentify(input: { readonly epoch: boolean }): Standing;
  /** Stamps of what is not known to be safe on the server, oldest first, after a place. */
  unsettled(input: { readonly after: number; readonly limit: number }): {
    readonly stamps: readonly string[];
    readonly last: number;
  };
  /** What the server said of these stamps. `done` ends the asking. */
  known(input: {
    readonly asked: readonly string[];
    readonly answer: StampsAnswer;
    readonly done: boolean;
  }): null;
  /** What is to be sent next, after what is on its way. */
  takeBatch(input: TakeBatch): OutgoingBatch | null;
  pushed(input: PushAnswer): null;
  /** True where a project or a session that was made here is on the server by now and is not followed yet. */
  hasOpened(input: null): boolean;
  /** Rows whose server state has to be asked for by name. */
  stale(input: { readonly limit: number }): readonly RowName[];
  /** A single transaction that is too large for the server goes to the inbox. */
  tooLarge(input: null): null;
  applyPage(input: { readonly page: ArrivedPage; readonly mayEmpty: readonly string[] }): PageOutcome;
  /** Applies a page while pushes are on their way: nothing of it where it `takesAway` rows (P35). */
  applyBeside(input: { readonly page: ArrivedPage }): BesideOutcome;
  applyRows(input: {
    readonly page: RowsPage;
    readonly asked: readonly RowName[];
  }): Pick<PageOutcome, 'foreign' | 'hides'>;
  digests(input: { readonly scopes: readonly string[] }): Readonly<Record<string, LocalDigest>>;
  digestParts(input: { readonly scope: string }): Readonly<Record<string, LocalDigest>>;
  /** Compares one part of a scope: rows to fetch, and how many of them and of those that went nothing here explains; rows that the server has not go, unless they wait to be sent. */
  comparePart(input: {
    readonly scope: string;
    readonly part: string;
    readonly rows: readonly {
      readonly e: number;
      readonly i: string;
      readonly s: string;
      readonly h: string;
    }[];
  }): { readonly fetch: readonly RowName[]; readonly unexplained: number };
}
