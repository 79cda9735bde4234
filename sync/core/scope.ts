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
  const [kind, id = ''] = scope.split(':');
  if (kind === 'tenant' || kind === 'user' || kind === 'project' || kind === 'session') return { kind, id };
  throw new RangeError(`“${scope}” is not a scope.`);
}
