import type { HostClient } from '../../../preload/contract/contract.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
import { savedWords } from '../../messages/search.ts';
import { showToast } from '../../ui/toasts.tsx';
import { type HitSort, sorts } from './search-state.ts';

/** A search that was kept under a name. */
export interface SavedSearch {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly sort: HitSort;
}

/** Reads a row of `saved_searches`. */
export function savedOf(row: Readonly<Record<string, unknown>> & { readonly id: string }): SavedSearch {
  const text = (name: string): string => {
    const value = row[name];
    return typeof value === 'string' ? value : '';
  };
  const query = text('query');
  const name = text('name');
  return {
    id: row.id,
    name: name === '' ? query : name,
    query,
    sort: sorts.find((each) => each === row['sort']) ?? 'relevance',
  };
}

/** Keeps a search under a name; answers with its id, or null where that failed, which is said. */
export async function keepSearch(
  client: HostClient,
  { name, query, sort }: Omit<SavedSearch, 'id'>,
): Promise<string | null> {
  let made: string | null = null;
  await attempt(async () => {
    ({ id: made } = await client.edits.add({ entity: 'saved_searches', values: { name, query, sort } }));
  });
  return made;
}

/** Changes what a kept search is called, or what it asks. */
export async function changeSearch(
  client: HostClient,
  id: string,
  values: Partial<Omit<SavedSearch, 'id'>>,
): Promise<boolean> {
  return await attempt(client.edits.edit({ entity: 'saved_searches', ids: [id], values }));
}

/** Moves a kept search to the trash, and offers the way back. */
export async function removeSearch(client: HostClient, { id, name }: SavedSearch): Promise<boolean> {
  if (!(await attempt(client.edits.remove({ entity: 'saved_searches', ids: [id] })))) return false;
  showToast({ text: savedWords.removed(name), verb: stepCommand(client, 'undo') });
  return true;
}
