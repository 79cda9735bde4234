import type { catalogue, EntityName } from '../catalogue/catalogue.ts';

type Columns<E extends EntityName> = (typeof catalogue)[E]['columns'];

type StoredValue<C> = C extends { readonly type: 'id' }
  ? Buffer
  : C extends { readonly type: 'integer' | 'real' | 'boolean' }
    ? number
    : string;

type Stored<C> = C extends { readonly required: true } ? StoredValue<C> : StoredValue<C> | null;

/** What every table has beside the catalogue's columns (`schema/tables.ts`). */
interface Frame {
  readonly rid: number;
  readonly id: Buffer;
  readonly _scope: string;
  readonly _deleted: number;
  readonly _stamps: string;
  readonly _contested: string | null;
}

/** A table as SQLite holds it: ids are 16 bytes, truth values are 0 and 1, JSON is text; sets have no column of their own. */
type Table<E extends EntityName> = Frame & {
  readonly [K in keyof Columns<E> as Columns<E>[K] extends { readonly merge: 'set' } ? never : K]: Stored<
    Columns<E>[K]
  >;
} & {
  readonly [
    K in keyof Columns<E> & string as Columns<E>[K] extends { readonly merge: 'text' }
      ? `${K}_lineage`
      : never
  ]: Buffer | null;
};

interface Transactions {
  readonly txn: number;
  readonly author: Buffer | null;
  readonly stamp: string;
}

interface Log {
  readonly n: number;
  readonly txn: number;
  readonly op: string;
  readonly row: Buffer;
}

interface NearDuplicates {
  readonly a: Buffer;
  readonly b: Buffer;
  readonly relation: 'same-text' | 'near-duplicate';
  readonly similarity: number;
}

/**
 * The tables that queries read, derived from the catalogue: a column that is not described there, or is of another type, does not
 * type-check in a query. Beside them the file's own tables, as far as queries ask them.
 */
export type Database = { readonly [E in EntityName]: Table<E> } & {
  readonly txns: Transactions;
  readonly log: Log;
  readonly near_duplicates: NearDuplicates;
};
