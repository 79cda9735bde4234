import type { ColumnSpec, ColumnType, EntitySpec, MergeKind, PrivacyClass } from './types.ts';

type Extra = Omit<Partial<ColumnSpec>, 'n' | 'type' | 'merge' | 'privacy'>;

function of<const T extends ColumnType>(type: T) {
  return <const M extends MergeKind, const E extends Extra = Record<never, never>>(
    n: number,
    merge: M,
    privacy: PrivacyClass,
    extra?: E,
  ) =>
    ({ n, type, merge, privacy, ...extra }) as { readonly type: T; readonly merge: M } & E &
      Pick<ColumnSpec, 'n' | 'privacy'>;
}

/** Builders of one column each: stable number, merge kind, privacy class, and what else is so. */
export const id = of('id');
export const text = of('text');
export const integer = of('integer');
export const real = of('real');
export const boolean = of('boolean');
export const timestamp = of('timestamp');
export const date = of('date');
export const json = of('json');

/** A column that names bytes by their SHA-256, and where they stand. */
export function hash<const M extends MergeKind, const E extends Extra = Record<never, never>>(
  n: number,
  merge: M,
  privacy: PrivacyClass,
  bytes: 'file' | 'body',
  extra?: E,
) {
  return { n, type: 'hash', merge, privacy, bytes, ...extra } as {
    readonly type: 'hash';
    readonly merge: M;
    readonly bytes: 'file' | 'body';
  } & E &
    Pick<ColumnSpec, 'n' | 'privacy'>;
}

/** A column of named values. Unknown members from newer builds are kept, and shown as they stand. */
export function oneOf<
  const V extends readonly string[],
  const M extends MergeKind,
  const E extends Extra = Record<never, never>,
>(n: number, merge: M, privacy: PrivacyClass, values: V, extra?: E) {
  return { n, type: 'enum', merge, privacy, values, ...extra } as {
    readonly type: 'enum';
    readonly merge: M;
    readonly values: V;
  } & E &
    Pick<ColumnSpec, 'n' | 'privacy'>;
}

/** Every row's first two columns: who made it and when. Merging takes the lowest stamp and tells nobody. */
export const provenance = {
  created_at: timestamp(1, 'once', 'open', { required: true }),
  created_by: id(2, 'once', 'open', { references: 'authors', required: true }),
} as const;

/** Marks an entity's description as constant while checking it against the vocabulary. */
export function entity<const E extends EntitySpec>(spec: E): E {
  return spec;
}
