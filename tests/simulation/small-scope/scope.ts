/** What a person does in a small scope. `1` and `2` are the two rows that everybody has at the beginning. */
export type Edit = 'title 1' | 'title 2' | 'delete 1' | 'restore 1' | 'add';

/** The bounds within which everything is tried: no history within them is left out. */
export interface Scope {
  /** Laptops, of `ada`, `bob` and `ada2`, in this order: two people, one of them with two laptops. */
  readonly laptops: 2 | 3;
  /** What may be done, in any order, at any moment. */
  readonly edits: readonly Edit[];
  /** How often each laptop does something, and how many cycles it begins. */
  readonly editsEach: number;
  readonly cyclesEach: number;
  /** How often something goes wrong: a message lost, doubled or late, an answer lost, a laptop that stops. */
  readonly faults: number;
  /** How often the server goes back to any of its older states. */
  readonly restores: number;
  /** Rows of a page and mutations of a push, at most. */
  readonly pullRows: number;
  readonly pushMutations: number;
}

const least: Scope = {
  laptops: 2,
  edits: ['title 1'],
  editsEach: 1,
  cyclesEach: 1,
  faults: 0,
  restores: 0,
  pullRows: 3,
  pushMutations: 1,
};

/** Small scopes by name, the smaller first. */
export const scopes = {
  /** Two people edit the same row, and their messages come in every order. */
  order: least,
  /** Two rows, and each page brings one of them. */
  pages: { ...least, edits: ['title 1', 'title 2'], pullRows: 1 },
  /** One edits the row that the other deletes. */
  lives: { ...least, edits: ['title 1', 'delete 1'] },
  /** One thing goes wrong at any moment. */
  fault: { ...least, faults: 1 },
  /** The server goes back to any older state at any moment. */
  restore: { ...least, restores: 1 },
  /** Each laptop syncs twice, and edits before, between, in and after. */
  cycles: { ...least, cyclesEach: 2 },
  /** Two edits each, of two rows, sent one by one. */
  twice: { ...least, edits: ['title 1', 'title 2'], editsEach: 2 },
  /** Three laptops, two of them of one person. */
  three: { ...least, laptops: 3 },
} as const satisfies Record<string, Scope>;

export type ScopeName = keyof typeof scopes;
