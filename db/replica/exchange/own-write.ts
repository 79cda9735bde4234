import { millisecondsOf, type Stamp } from '../../../sync/core/stamp.ts';
import { blobToId } from '../rows/ids.ts';
import { nameOfPerson } from '../rows/person.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { readMeta } from '../transaction/meta.ts';

/** Who made a write, and when by their clock. */
export interface WrittenBy {
  /** Empty where nobody knows. */
  readonly name: string;
  /** This file's person, on whichever of their devices. */
  readonly isMine: boolean;
  /** UTC ISO-8601. */
  readonly at: string;
}

/** Whether an author or a user is the person of this file (D1). */
export function isOwnPerson(db: ReadableDb, person: string): boolean {
  const own = readMeta(db, 'author');
  if (own === undefined || person === own) return own !== undefined;
  const userOf = (author: string) =>
    db.statements.value<Buffer | null>(
      `SELECT user_id FROM authors WHERE id = unhex(replace(?, '-', ''))`,
      author,
    );
  const user = userOf(own);
  if (user == null) return false;
  const id = blobToId(user);
  const theirs = userOf(person);
  return person === id || (theirs != null && blobToId(theirs) === id);
}

/** Who made the write of a stamp. */
export function writtenBy(db: ReadableDb, stamp: Stamp): WrittenBy {
  const author = db.statements.value<Buffer | null>('SELECT author FROM txns WHERE stamp = ?', stamp);
  const at = new Date(millisecondsOf(stamp)).toISOString();
  if (author == null) return { name: '', isMine: false, at };
  const person = blobToId(author);
  return { name: nameOfPerson(db, person), isMine: isOwnPerson(db, person), at };
}
