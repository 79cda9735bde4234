/**
 * Scopes on the wire name their user; a laptop's file belongs to one person and calls that scope `user`. Everything else is
 * the same on both sides.
 */

/** A scope's name on the wire. */
export function wireScope(scope: string, user: string): string {
  return scope === 'user' ? `user:${user}` : scope;
}

/** A scope's name in the file of a person. */
export function localScope(scope: string, user: string): string {
  return scope === `user:${user}` ? 'user' : scope;
}

/** The kind of a scope, and the id that it names where it names one. */
export function parseScope(scope: string): {
  readonly kind: 'tenant' | 'user' | 'project' | 'session';
  readonly id: string;
} {
  const colon = scope.indexOf(':');
  const kind = colon < 0 ? scope : scope.slice(0, colon);
  const id = colon < 0 ? '' : scope.slice(colon + 1);
  if (kind === 'tenant' || kind === 'user' || kind === 'project' || kind === 'session') return { kind, id };
  throw new RangeError(`“${scope}” is not a scope.`);
}
