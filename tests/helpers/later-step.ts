import { type Migration, schemaVersion } from '../../db/replica/migrations/registry.ts';

/** A step after the last released one: it adds a table, fills it from the rows that are there, and indexes it. */
export const laterStep: Migration = {
  version: schemaVersion + 1,
  name: 'later',
  statements: [
    'CREATE TABLE title_lengths (evidence BLOB PRIMARY KEY, length INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    'INSERT INTO title_lengths SELECT id, length(title) FROM evidence',
    'CREATE INDEX title_lengths_by_length ON title_lengths (length)',
  ],
};
