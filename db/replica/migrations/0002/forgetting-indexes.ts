const indexes = ['chunk_fts', 'item_fts', 'item_trigram'];

/**
 * Word indexes forget at once what is taken out of them. By default FTS5 only marks an entry as deleted, and the words stay in the
 * file until its segments are merged: what was purged, revoked or changed could be read there. `optimize` merges what was marked before.
 */
export const forgettingIndexes = {
  version: 2,
  name: 'word indexes forget at once',
  statements: indexes.flatMap((index) => [
    `INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', 1)`,
    `INSERT INTO ${index} (${index}) VALUES ('optimize')`,
  ]),
} as const;
