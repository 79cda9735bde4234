import type { RowWrite } from '../feed/store.ts';

/** What a push does to a scope's digest: rows more, and the exclusive or that the hashes of new and former versions make of it. */
export interface DigestChange {
  readonly scope: string;
  readonly n: number;
  readonly xor: bigint;
}

/** The first 64 bits of a row's hash. */
function digestOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, 16)}`);
}

/** Joins the new hashes into the digests of their scopes and takes the former ones out (P12); in the order in which scopes are locked. */
export function digestChanges(rows: readonly RowWrite[]): DigestChange[] {
  const changes = new Map<string, { n: number; xor: bigint }>();
  const join = (scope: string, n: number, hash: string) => {
    const change = changes.get(scope) ?? { n: 0, xor: 0n };
    change.n += n;
    change.xor ^= digestOf(hash);
    changes.set(scope, change);
  };
  for (const { scope, hash, before } of rows) {
    join(scope, 1, hash);
    if (before !== undefined) join(before.scope, -1, before.hash);
  }
  return [...changes]
    .map(([scope, change]) => ({ scope, ...change }))
    .toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
}
