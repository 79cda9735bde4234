import { entity, hash, id, json, provenance, text } from './define.ts';

/**
 * Rows that carry the parts of other rows' columns: an element of a `set`, one author's position of a
 * `judgement`, one update of a `text`. They follow the scope of the row that they belong to.
 */

/** One element of a `set` column: in while any live write of its life says so. */
export const set_elements = entity({
  n: 14,
  id: { kind: 'v5', key: ['owner_entity', 'owner_id', 'column_name', 'element'], withScope: false },
  scope: { by: 'owner', entityColumn: 'owner_entity', idColumn: 'owner_id' },
  writtenBy: 'people',
  life: 'set',
  columns: {
    ...provenance,
    owner_entity: text(3, 'once', 'open', { required: true }),
    owner_id: id(4, 'once', 'open', { required: true }),
    column_name: text(5, 'once', 'open', { required: true }),
    element: text(6, 'once', 'internal', { required: true, search: 'tag' }),
  },
});

/** What one author holds of one field of one row. `value` is null where a position was withdrawn. */
export const judgements = entity({
  n: 15,
  id: { kind: 'v5', key: ['owner_entity', 'owner_id', 'column_name', 'author_id'], withScope: false },
  scope: { by: 'owner', entityColumn: 'owner_entity', idColumn: 'owner_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    owner_entity: text(3, 'once', 'open', { required: true }),
    owner_id: id(4, 'once', 'open', { required: true }),
    column_name: text(5, 'once', 'open', { required: true }),
    author_id: id(6, 'once', 'open', { required: true, references: 'authors' }),
    value: json(7, 'judgement', 'internal'),
    rationale: text(8, 'register', 'internal'),
  },
});

/**
 * One Yjs update of one `text` column, in one lineage. Its bytes stand in `bodies` under `update_hash` and never change;
 * `converted_into` names the lineage that took its words over where its own lost.
 */
export const text_updates = entity({
  n: 16,
  id: { kind: 'v7' },
  scope: { by: 'owner', entityColumn: 'owner_entity', idColumn: 'owner_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    owner_entity: text(3, 'once', 'open', { required: true }),
    owner_id: id(4, 'once', 'open', { required: true }),
    column_name: text(5, 'once', 'open', { required: true }),
    lineage: id(6, 'once', 'open', { required: true }),
    update_hash: hash(7, 'once', 'internal', 'body', { required: true }),
    converted_into: id(8, 'register', 'open'),
  },
});
