import type { catalogue, EntityName } from './catalogue.ts';
import type { Json } from './types.ts';

/** UUID as lower-case text. */
export type Id = string;

type Value<C> = C extends { readonly type: 'enum'; readonly values: infer V extends readonly string[] }
  ? V[number]
  : C extends { readonly merge: 'set' }
    ? readonly string[]
    : C extends { readonly type: 'integer' | 'real' }
      ? number
      : C extends { readonly type: 'boolean' }
        ? boolean
        : C extends { readonly type: 'json' }
          ? Json
          : string;

type Columns<E extends EntityName> = (typeof catalogue)[E]['columns'];

type Cell<C> = C extends { readonly required: true } ? Value<C> : Value<C> | null;

/** What every row carries beside its catalogue columns. `updatedAt` is the time of the row's highest stamp. */
export interface RowFrame {
  readonly id: Id;
  readonly _scope: string;
  readonly _deleted: boolean;
}

/** A row as TypeScript sees it: `id` columns are UUID text, JSON is parsed, booleans are booleans. */
export type Row<E extends EntityName> = RowFrame & {
  readonly [K in keyof Columns<E>]: Cell<Columns<E>[K]>;
};

type Writable<E extends EntityName> = {
  [
    K in keyof Columns<E> as Columns<E>[K] extends {
      readonly merge: 'derived' | 'set' | 'judgement' | 'text';
    }
      ? E extends 'judgements'
        ? K
        : never
      : K
  ]: Cell<Columns<E>[K]>;
};

/** Columns that the program stamps itself when a caller leaves them out. */
type Provided = 'created_at' | 'created_by';

type RequiredKeys<T> = { [K in keyof T]-?: null extends T[K] ? never : K }[keyof T];

/** What an insert takes: required columns, and any of the others; sets, judgements and texts have their own verbs. */
export type NewRow<E extends EntityName> = { id?: Id } & {
  [K in Exclude<RequiredKeys<Writable<E>>, Provided>]: Writable<E>[K];
} & { [K in keyof Writable<E>]?: Writable<E>[K] };

/** What an update takes: any columns that are not written once. */
export type RowPatch<E extends EntityName> = {
  [
    K in keyof Writable<E> as Columns<E>[K & keyof Columns<E>] extends { readonly merge: 'once' } ? never : K
  ]?: Writable<E>[K];
};
