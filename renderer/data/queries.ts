import type { EntityName } from '../../db/catalogue/catalogue.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { Query, Topic } from './query.ts';

function query<T>(
  key: string,
  watches: readonly Topic[],
  load: (client: HostClient) => Promise<T>,
): Query<T> {
  return { key, watches, load };
}

/** What a claim's picture hangs on. */
const argumentTopics: readonly Topic[] = [
  'research_claims',
  'claim_evidence',
  'evidence',
  'judgements',
  'set_elements',
  'text_updates',
];

/** Whatever is written to the log. */
export const loggedTopics: readonly Topic[] = [
  ...argumentTopics,
  'research_sessions',
  'annotations',
  'artifacts',
  'reference_items',
  'saved_searches',
  'projects',
];

/** What may change which documents a search finds. */
const foundTopics: readonly Topic[] = [
  'evidence',
  'artifacts',
  'content_extractions',
  'set_elements',
  'judgements',
  'research_sessions',
];

/** Searches that a list shows. */
const mostSearches = 200;

/** Every question that more than one screen asks, by name. */
export const queries = {
  workspace: query('workspace', ['workspace'], (host) => host.workspaces.current()),
  workspaces: query('workspaces', ['workspace'], (host) => host.workspaces.list()),
  sizes: query('sizes', ['artifacts', 'workspace', 'backups'], (host) => host.workspaces.sizes()),
  settings: query('settings', ['settings'], (host) => host.settings.get()),
  sessions: query('sessions', ['research_sessions', 'evidence', 'set_elements', 'research_claims'], (host) =>
    host.lists.sessions({}),
  ),
  session: (id: string) =>
    query(`session:${id}`, ['research_sessions', 'evidence', 'set_elements'], (host) =>
      host.lists.session({ id }),
    ),
  activeSessions: query('active', ['research_sessions', 'evidence', 'research_claims'], (host) =>
    host.overview.sessions(),
  ),
  statistics: (span: { readonly from: string; readonly to: string }) =>
    query(`statistics:${span.from}`, ['research_sessions', 'evidence', 'research_claims'], (host) =>
      host.overview.statistics(span),
    ),
  weeks: (bounds: readonly string[]) =>
    query(`weeks:${bounds.join()}`, ['evidence'], (host) => host.overview.weeks({ bounds: [...bounds] })),
  attention: query('attention', [...argumentTopics, 'annotations', 'research_sessions'], (host) =>
    host.overview.attention({}),
  ),
  recentChanges: query('recent-changes', loggedTopics, (host) => host.overview.changes({ limit: 10 })),
  started: query('started', [...argumentTopics, 'annotations', 'settings'], (host) => host.overview.start()),
  evidence: (id: string) =>
    query(
      `evidence:${id}`,
      ['evidence', 'artifacts', 'content_extractions', 'set_elements', 'judgements', 'text_updates'],
      (host) => host.lists.evidenceDetail({ id }),
    ),
  words: (extractionId: string, start: number, end: number) =>
    query(`words:${extractionId}:${start}:${end}`, ['content_extractions'], (host) =>
      host.documents.text({ extractionId, start, end }),
    ),
  document: (id: string) =>
    query(`document:${id}`, ['content_extractions'], (host) => host.documents.open({ evidenceId: id })),
  row: (entity: EntityName, id: string) =>
    query(`row:${id}`, [entity], (host) => host.rows.get({ entity, id })),
  history: (entity: EntityName, id: string) =>
    query(`history:${id}`, [entity, 'set_elements', 'judgements', 'text_updates'], (host) =>
      host.rows.history({ entity, id }),
    ),
  hideable: (entity: EntityName, id: string) =>
    query(`hideable:${id}`, [entity], (host) => host.sync.hideable({ entity, id })),
  model: query('model', ['model', 'settings', 'content_extractions'], (host) => host.model.status()),
  keys: query('keys', ['workspace'], (host) => host.keys.status()),
  backups: query('backups', ['backups', 'workspace'], (host) => host.backups.list()),
  policy: query('policy', ['settings'], (host) => host.privacy.policy()),
  receipts: query('receipts', ['settings', 'sync'], (host) => host.privacy.receipts({ limit: 500 })),
  undo: query(
    'undo',
    ['research_sessions', 'evidence', 'artifacts', 'set_elements', 'judgements', 'text_updates'],
    (host) => host.edits.undoState(),
  ),
  sync: query('sync', ['sync', 'workspace'], (host) => host.sync.status()),
  /** Asked of the server, and again after each change that this window makes. */
  account: query('account', ['people', 'workspace'], (host) => host.account.get()),
  people: query('people', ['people', 'workspace'], (host) => host.people.list()),
  record: query('record', ['people', 'workspace'], (host) => host.people.audit({})),
  unsent: query('unsent', ['sync', ...loggedTopics], (host) => host.account.unsent()),
  conflicts: query('conflicts', ['sync', ...argumentTopics], (host) => host.sync.conflicts()),
  notices: query('notices', ['sync', ...loggedTopics], (host) => host.sync.notices()),
  /** Rows on which people judge differently. */
  splits: query('splits', ['sync', 'judgements', 'authors', 'users'], (host) => host.sync.splits()),
  /** All rows of a small entity. */
  rows: (entity: EntityName) =>
    query(`rows:${entity}`, [entity, 'sync'], (host) => host.rows.list({ entity, limit: 500 })),
  merged: query('merged', ['sync', 'text_updates'], (host) => host.sync.merged()),
  inbox: query('inbox', ['sync'], (host) => host.sync.inbox()),
  /** Projects and sessions that there are for this person, with what of them is on this laptop. */
  scopes: query('scopes', ['sync', 'projects', 'research_sessions'], (host) => host.sync.scopes()),
  claims: (sessionId: string) =>
    query(`claims:${sessionId}`, argumentTopics, (host) => host.claims.list({ sessionId })),
  claim: (id: string) => query(`claim:${id}`, argumentTopics, (host) => host.claims.detail({ id })),
  marks: (evidenceId: string) =>
    query(`marks:${evidenceId}`, [...argumentTopics, 'annotations'], (host) =>
      host.annotations.list({ evidenceId }),
    ),
  savedSearches: query('saved-searches', ['saved_searches'], (host) =>
    host.rows.list({ entity: 'saved_searches', limit: mostSearches }),
  ),
  searchCounts: (asked: readonly string[]) =>
    query(`counts:${JSON.stringify(asked)}`, foundTopics, (host) =>
      asked.length === 0
        ? Promise.resolve({ documents: [] })
        : host.search.counts({ searches: asked.map((text) => ({ query: text })) }),
    ),
  items: (sessionId: string | undefined) =>
    query(`items:${sessionId ?? ''}`, ['activity'], (host) =>
      host.activity.items(sessionId === undefined ? {} : { sessionId }),
    ),
} as const;
