import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { parseScope } from '../../core/scope.ts';
import { aboutRows } from './about-rows.ts';
import { storedState } from './stored-state.ts';
import { shownByName } from './ingress-policy.ts';
import type { ReaderMask } from './mask.ts';
import type { ServerReader } from './store.ts';

const named = {
  project: { entity: entitySpec('projects').n, column: 'name' },
  session: { entity: entitySpec('research_sessions').n, column: 'title' },
} as const;

const longest = 200;

/**
 * What projects and sessions are called, for a reader who has yet to choose whether to take them along: from their own rows, under
 * the mask that a pull would lay over them. Null where the reader does not get to see the name.
 */
export async function namesOf(
  reader: ServerReader,
  mask: ReaderMask,
  scopes: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const keys = scopes.flatMap((scope) => {
    const { kind, id } = parseScope(scope);
    return kind === 'project' || kind === 'session' ? [{ entity: named[kind].entity, id }] : [];
  });
  if (keys.length === 0) return new Map();
  const rows = await reader.rows(keys);
  const aboutRow = await aboutRows(reader, mask, rows);
  return new Map(
    rows.map((row): [string, string | null] => {
      const { kind } = parseScope(row.scope);
      const about = aboutRow(row);
      if (about === undefined) return [row.scope, null];
      const shown = mask.apply(storedState(row), about);
      const name = kind === 'project' || kind === 'session' ? shownByName(shown, named[kind].column) : null;
      return [row.scope, typeof name === 'string' ? name.slice(0, longest) : null];
    }),
  );
}
