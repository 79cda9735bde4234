/** Everything that goes wrong in a simulation; each has to have happened in a sweep, or the sweep proves nothing of it. */
export const faults = [
  'request dropped',
  'answer lost',
  'request repeated',
  'request late',
  'pushes swapped',
  'answer cut',
  'answer altered',
  'push spliced',
  'newer build',
  'server busy',
  'too large',
  'token expired',
  'too old',
  'storm',
  'crash',
  'crash inside a transaction',
  'power cut',
  'disk full',
  'file busy',
  'file cloned',
  'old backup',
  'other user',
  'client retired',
  'server crashed',
  'server restored',
  'page emptied',
  'clock jumped',
  'access granted',
  'access taken',
  'access changed mid-cycle',
  'access taken and given back',
  'session moved',
  'policy tightened',
  'policy loosened',
  'policy changed mid-cycle',
  'backup made',
  'message of another tenant',
  'tombstones collected',
  'build changed',
  'build too old',
  'member suspended',
] as const;
export type Fault = (typeof faults)[number];

/** What comes of two pushes of a laptop at once (P33), and of a page beside them (P35), as a sweep has to have seen it. */
export const sideBySide = [
  'two pushes on their way',
  'the first of two unanswered',
  'a gap behind another',
  'a page beside a push',
] as const;

/** Refusals and roads that a sweep has to have seen, by the server's own word for each. */
export const refusals = [
  'GAP',
  'FORK',
  'EPOCH',
  'CLIENT_RETIRED',
  'FORBIDDEN',
  'road fork',
  'road epoch',
] as const;
