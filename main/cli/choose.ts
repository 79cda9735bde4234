import type { Action } from './context.ts';

/** Notes which command was chosen, and with what. */
export type Choose = <A extends unknown[]>(
  command: string,
  make: (...given: A) => Action,
) => (...given: A) => void;
