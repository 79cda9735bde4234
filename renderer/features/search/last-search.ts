import type { HitSort, SearchState } from './search-state.ts';

/** A search as somebody left it. */
export interface LeftSearch {
  readonly search: SearchState;
  readonly sort: HitSort;
  readonly cursor: number;
}

let left: { readonly origin: string; readonly state: LeftSearch } | undefined;

/** Keeps a search while its screen is away; `origin` is what it began with: a kept search, words, or nothing. */
export function remember(origin: string, state: LeftSearch): void {
  left = { origin, state };
}

/** The search as it was left, where this is the way back to it. */
export function recall(origin: string): LeftSearch | undefined {
  return left !== undefined && left.origin === origin ? left.state : undefined;
}
