/**
 * The tables beside the catalogue's: the log and what belongs to it, bodies, the gate's receipts, settings, and jobs. They are
 * local to the file. The log carries no NOT NULL, CHECK or UNIQUE: under `INSERT OR IGNORE` a failed constraint of the log
 * would be swallowed and the row be written unlogged.
 */
export const systemStatements: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (json_valid(value))) STRICT, WITHOUT ROWID`,
  `CREATE TABLE txns (
    txn INTEGER PRIMARY KEY,
    open INTEGER CHECK (open = 1),
    capture INTEGER NOT NULL,
    purging INTEGER NOT NULL DEFAULT 0,
    first_n INTEGER,
    command TEXT NOT NULL,
    origin TEXT NOT NULL,
    author BLOB,
    replica TEXT NOT NULL,
    stamp TEXT NOT NULL UNIQUE,
    schema_version INTEGER NOT NULL,
    undoes TEXT,
    pick INTEGER NOT NULL DEFAULT 0,
    ext TEXT
  ) STRICT`,
  `CREATE UNIQUE INDEX txns_one_open ON txns (open) WHERE open = 1`,
  `CREATE INDEX txns_by_undoes ON txns (undoes) WHERE undoes IS NOT NULL`,
  `CREATE TABLE log (
    n INTEGER PRIMARY KEY,
    txn INTEGER,
    op TEXT,
    entity INTEGER,
    row BLOB,
    scope TEXT,
    cols TEXT,
    stamps TEXT
  ) STRICT`,
  `CREATE INDEX log_by_row ON log (row)`,
  `CREATE TRIGGER log_keeps_entries BEFORE DELETE ON log BEGIN
    SELECT RAISE(ABORT, 'WORKBENCH: the log keeps its entries');
  END`,
  `CREATE TRIGGER log_keeps_values BEFORE UPDATE ON log BEGIN
    SELECT RAISE(ABORT, 'WORKBENCH: only a purge erases values in the log') WHERE NOT EXISTS (SELECT 1 FROM txns WHERE open = 1 AND purging = 1);
  END`,
  `CREATE TABLE outbox (
    txn INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('pending', 'in_flight', 'acked', 'settled', 'inbox')),
    mutation INTEGER,
    hash TEXT,
    payload TEXT,
    withheld TEXT CHECK (withheld IS NULL OR json_valid(withheld))
  ) STRICT`,
  `CREATE INDEX outbox_withholding ON outbox (txn) WHERE withheld IS NOT NULL`,
  `CREATE INDEX outbox_by_mutation ON outbox (mutation) WHERE mutation IS NOT NULL`,
  `CREATE INDEX outbox_by_state ON outbox (state, txn)`,
  `CREATE TABLE sync_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sync_cursor (
    scope TEXT PRIMARY KEY,
    scope_epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('bootstrap', 'live'))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sync_rows (
    entity INTEGER NOT NULL,
    row BLOB NOT NULL,
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    round TEXT NOT NULL,
    held TEXT CHECK (held IS NULL OR json_valid(held)),
    PRIMARY KEY (entity, row)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX sync_rows_stale ON sync_rows (entity, row) WHERE hash = ''`,
  `CREATE INDEX sync_rows_held ON sync_rows (entity) WHERE held IS NOT NULL`,
  `CREATE INDEX sync_rows_by_scope ON sync_rows (scope, row)`,
  `CREATE TABLE sync_inbox (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rejected', 'revoked', 'forbidden')),
    code TEXT NOT NULL,
    txn INTEGER,
    scope TEXT,
    payload TEXT CHECK (payload IS NULL OR json_valid(payload)),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried', 'kept', 'discarded'))
  ) STRICT`,
  `CREATE INDEX sync_inbox_by_state ON sync_inbox (state, n)`,
  `CREATE TABLE cells (
    entity INTEGER NOT NULL,
    row BLOB NOT NULL,
    cell TEXT NOT NULL,
    state TEXT NOT NULL CHECK (json_valid(state)),
    open TEXT CHECK (open IS NULL OR json_valid(open)),
    PRIMARY KEY (entity, row, cell)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE unknown_rows (
    n INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    row BLOB NOT NULL,
    entry TEXT NOT NULL CHECK (json_valid(entry))
  ) STRICT`,
  `CREATE INDEX unknown_rows_by_row ON unknown_rows (row)`,
  `CREATE TABLE purged (id BLOB PRIMARY KEY, entity INTEGER NOT NULL, stamp TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE bodies (bid INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT`,
  `CREATE TABLE audit_outbox (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    destination TEXT NOT NULL,
    decision TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (json_valid(subject)),
    rows INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE jobs (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    session_id BLOB,
    created_at TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options))
  ) STRICT`,
  `CREATE TABLE job_items (
    id BLOB PRIMARY KEY,
    job_id BLOB NOT NULL,
    ordinal INTEGER NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL CHECK (json_valid(source)),
    progress REAL,
    outcome TEXT CHECK (outcome IS NULL OR json_valid(outcome)),
    updated_at TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX job_items_by_job ON job_items (job_id, ordinal)`,
  `CREATE INDEX job_items_by_state ON job_items (state)`,
  `CREATE TABLE near_duplicates (
    a BLOB NOT NULL,
    b BLOB NOT NULL,
    relation TEXT NOT NULL CHECK (relation IN ('same-text', 'near-duplicate')),
    similarity REAL NOT NULL,
    PRIMARY KEY (a, b)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX near_duplicates_by_b ON near_duplicates (b)`,
  `CREATE TABLE text_signatures (
    evidence BLOB PRIMARY KEY,
    text_hash TEXT NOT NULL,
    signature BLOB NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX text_signatures_by_hash ON text_signatures (text_hash)`,
  `CREATE TABLE signature_bands (
    band INTEGER NOT NULL,
    key INTEGER NOT NULL,
    evidence BLOB NOT NULL,
    PRIMARY KEY (band, key, evidence)
  ) STRICT, WITHOUT ROWID`,
];

/** Indexes of entity tables that lists and joins rest on. */
export const indexStatements: readonly string[] = [
  `CREATE INDEX evidence_by_session ON evidence (session_id, _deleted)`,
  `CREATE INDEX evidence_by_artifact ON evidence (artifact_id)`,
  `CREATE INDEX evidence_by_parent ON evidence (parent_id) WHERE parent_id IS NOT NULL`,
  `CREATE INDEX sessions_by_project ON research_sessions (project_id)`,
  `CREATE INDEX claims_by_session ON research_claims (session_id, _deleted)`,
  `CREATE INDEX links_by_claim ON claim_evidence (claim_id)`,
  `CREATE INDEX links_by_evidence ON claim_evidence (evidence_id, _deleted)`,
  `CREATE INDEX artifacts_by_hash ON artifacts (content_hash)`,
  `CREATE INDEX tags_by_artifact ON metadata_tags (artifact_id)`,
  `CREATE INDEX extractions_by_artifact ON content_extractions (artifact_id)`,
  `CREATE INDEX annotations_by_evidence ON annotations (evidence_id)`,
  `CREATE INDEX annotations_by_parent ON annotations (reply_to) WHERE reply_to IS NOT NULL`,
  `CREATE INDEX links_by_annotation ON claim_evidence (annotation_id) WHERE annotation_id IS NOT NULL`,
  `CREATE INDEX references_by_project ON reference_items (project_id, citation_key)`,
  `CREATE INDEX references_by_artifact ON reference_items (artifact_id) WHERE artifact_id IS NOT NULL`,
  `CREATE INDEX evidence_by_reference ON evidence (reference_id) WHERE reference_id IS NOT NULL`,
  `CREATE INDEX saved_searches_by_session ON saved_searches (session_id) WHERE session_id IS NOT NULL`,
  `CREATE INDEX elements_by_owner ON set_elements (owner_id, column_name)`,
  `CREATE INDEX elements_by_element ON set_elements (element, owner_entity)`,
  `CREATE INDEX judgements_by_owner ON judgements (owner_id, column_name)`,
  `CREATE INDEX text_updates_by_owner ON text_updates (owner_id, column_name)`,
  `CREATE INDEX research_sessions_by_label ON research_sessions (substr(hex(id), -5))`,
  `CREATE INDEX evidence_by_label ON evidence (substr(hex(id), -5))`,
  `CREATE INDEX research_claims_by_label ON research_claims (substr(hex(id), -5))`,
  `CREATE INDEX claim_evidence_by_label ON claim_evidence (substr(hex(id), -5))`,
  `CREATE INDEX artifacts_by_label ON artifacts (substr(hex(id), -5))`,
  `CREATE INDEX content_extractions_by_label ON content_extractions (substr(hex(id), -5))`,
  `CREATE INDEX annotations_by_label ON annotations (substr(hex(id), -5))`,
  `CREATE INDEX reference_items_by_label ON reference_items (substr(hex(id), -5))`,
];
