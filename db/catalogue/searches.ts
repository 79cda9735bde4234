import { boolean, entity, id, json, oneOf, provenance, text } from './define.ts';

/**
 * A question that was kept: its words and filters, answered anew each time it is opened. It belongs to the person who keeps
 * it; `session_id` narrows it to one session.
 */
export const saved_searches = entity({
  n: 17,
  label: 'V',
  id: { kind: 'v7' },
  scope: { by: 'user' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    name: text(3, 'register', 'internal', { search: 'title' }),
    query: text(4, 'register', 'internal', { search: 'body' }),
    filters: json(5, 'map', 'internal', { default: {} }),
    sort: oneOf(6, 'register', 'open', ['relevance', 'newest', 'oldest', 'title'], { default: 'relevance' }),
    session_id: id(7, 'register', 'open', { references: 'research_sessions' }),
    pinned: boolean(8, 'register', 'open', { default: false }),
    position: text(9, 'order', 'open'),
  },
});
