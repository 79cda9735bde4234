import type { Id } from '../../catalogue/rows.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { getRow } from './read.ts';

/** What a person is called: this file's own by their author row, colleagues by their user row (D1). Empty where neither is known. */
export function nameOfPerson(db: ReadableDb, id: Id): string {
  const author = getRow(db, 'authors', id);
  const user = getRow(db, 'users', author?.user_id ?? id);
  return user?.full_name ?? author?.name ?? user?.email ?? '';
}
