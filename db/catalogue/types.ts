/**
 * The vocabulary in which every replicated entity is described once. Row types, payload schemas, change
 * capture, merge, the privacy filter, indexing and export are all derived from these descriptions.
 */

/** JSON as it travels: no undefined, no NaN, no bigint. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How concurrent writes of one column become one value again. */
export type MergeKind = 'once' | 'register' | 'map' | 'set' | 'order' | 'text' | 'judgement' | 'derived';

/** What a column holds, seen by the privacy policy. `secret` never leaves the laptop. */
export type PrivacyClass = 'open' | 'internal' | 'content' | 'personal' | 'secret';

/**
 * Storage and wire type of a column. `id` is UUID text here and 16 bytes in SQLite; `timestamp` is UTC ISO-8601
 * with milliseconds; `date` is an ISO-8601 date, possibly only a year or a year and a month.
 */
export type ColumnType =
  'id' | 'text' | 'enum' | 'integer' | 'real' | 'boolean' | 'timestamp' | 'date' | 'json' | 'hash';

/** What a column adds to the text index, and what it can filter. */
export type SearchRole = 'title' | 'body' | 'tag' | 'author' | 'filter';

/** What a column contributes to the knowledge graph's projection. */
export type GraphRole = 'name' | 'property' | 'source' | 'target';

/** Allowed steps of a status register: from a value to the values that may follow it. */
export type Transitions = Readonly<Record<string, readonly string[]>>;

export interface ColumnSpec {
  /** Stable number in the log, never reused within its entity. 0 is the life cell of every row. */
  readonly n: number;
  readonly type: ColumnType;
  readonly merge: MergeKind;
  readonly privacy: PrivacyClass;
  /** NOT NULL in the tables and not optional in payloads. Only `once` columns can be required (rows arrive in any order). */
  readonly required?: true;
  /** Members of an `enum`, in their order of display. */
  readonly values?: readonly string[];
  /** What an insert that does not name the column gets. */
  readonly default?: Json;
  readonly min?: number;
  readonly max?: number;
  readonly transitions?: Transitions;
  readonly search?: SearchRole;
  /** The form of a `json` column's value where it has a schema of its own. */
  readonly shape?: 'anchor';
  readonly graph?: GraphRole;
  /** Where the bytes stand that a `hash` names: a file of their own, or a body beside the rows, which travels with them. */
  readonly bytes?: 'file' | 'body';
  /** Name of the entity that an `id` column points to. Never enforced by the engine. */
  readonly references?: string;
}

/**
 * The rule that gives a row its one scope: a fixed kind, the row's own id, a column that holds the scope's id,
 * or the scope of the row that a column points to.
 */
export type ScopeRule =
  | { readonly by: 'user' }
  | { readonly by: 'tenant' }
  | { readonly by: 'self'; readonly kind: 'session' | 'project' }
  | { readonly by: 'column'; readonly kind: 'session' | 'project'; readonly column: string }
  | { readonly by: 'parent'; readonly column: string; readonly entity: string }
  | { readonly by: 'owner'; readonly entityColumn: string; readonly idColumn: string }
  | { readonly by: 'given' };

/** `v7`: made by a person. `v5`: over the natural key, because two replicas may make the same one. */
export type IdRule =
  | { readonly kind: 'v7' }
  | { readonly kind: 'v5'; readonly key: readonly string[]; readonly withScope: boolean };

/** `people`: through commands and screens. `program`: by ingest and jobs. `server`: read-only on the laptop. */
export type WrittenBy = 'people' | 'program' | 'server';

export interface EntitySpec {
  /** Stable number of the entity in the log. */
  readonly n: number;
  /** Letter of the short label that people read and say; entities without one are not spoken of. */
  readonly label?: string;
  readonly id: IdRule;
  readonly scope: ScopeRule;
  readonly writtenBy: WrittenBy;
  /** Rows of an element set: they have a life cell and columns that are written once. */
  readonly life?: 'set';
  /** The node or edge that a row becomes in the knowledge graph. */
  readonly graph?: { readonly as: 'node' | 'edge'; readonly kind: string };
  readonly columns: Readonly<Record<string, ColumnSpec>>;
}
