import type { Id } from '../../catalogue/rows.ts';

/** A scope as the wire names it: the person's own scope carries their id there. */
export function toWireScope(scope: string, user: Id): string {
  return scope === 'user' ? `user:${user}` : scope;
}

/** A scope as this file names it, or null for another person's own scope. */
export function fromWireScope(scope: string, user: Id): string | null {
  if (!scope.startsWith('user:')) return scope;
  return scope === `user:${user}` ? 'user' : null;
}
