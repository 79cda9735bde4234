import { tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** What each entity's table holds beside its frame, as the catalogue stood when this step was made. */
const columns: Readonly<Record<string, string>> = {
  authors: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, kind text NOT NULL, name text,
    user_id uuid, agent_version text`,
  users: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, email text, username text,
    full_name text, role text, status text, preferences jsonb, avatar text, orcid text,
    last_login timestamptz`,
  projects: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, name text, slug text,
    description text, status text, visibility text, owner_id uuid, settings jsonb, quotas jsonb,
    metadata jsonb, archived_at timestamptz, personal boolean`,
  project_members: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, project_id uuid NOT NULL,
    author_id uuid NOT NULL, role text, permissions jsonb, until text`,
  research_sessions: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, project_id uuid, title text,
    research_question text, scope text, status text, priority text, metadata jsonb,
    started_at timestamptz, completed_at timestamptz, sharing_level text, restricted boolean,
    local_only boolean, due text, notes_lineage uuid`,
  evidence: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, session_id uuid NOT NULL,
    artifact_id uuid, extraction_id uuid, parent_id uuid, source_url text, source_type text,
    source_name text, title text, summary text, author text, publication_date text,
    retrieved_at timestamptz, language text, word_count bigint, file_name text, original_path text,
    metadata jsonb, notes_lineage uuid, sharing_level text, retracted_at timestamptz,
    retraction_reason text, text_hash text, reference_id uuid`,
  research_claims: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, session_id uuid NOT NULL,
    claim_text text, claim_type text, status text, debate_status text, consensus_reached boolean,
    reasoning_lineage uuid, metadata jsonb, position text, sharing_level text, split_from uuid,
    merged_into uuid`,
  claim_evidence: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, claim_id uuid NOT NULL,
    evidence_id uuid NOT NULL, stance text NOT NULL, quote text, anchor jsonb, extraction_id uuid,
    note_lineage uuid, position text, weight double precision, annotation_id uuid, quote_kind text`,
  artifacts: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, content_hash text NOT NULL,
    artifact_type text, file_size bigint, mime_type text, file_name text, source_url text,
    title text, description text, is_public boolean, pages bigint, snapshot_hash text`,
  metadata_tags: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, artifact_id uuid NOT NULL,
    tag_type text NOT NULL, tag_key text NOT NULL, tag_value text`,
  content_extractions: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, artifact_id uuid NOT NULL,
    extraction_type text, extractor text NOT NULL, extractor_version text NOT NULL, text_hash text,
    page_map jsonb, extracted_data jsonb, confidence_score double precision, warnings jsonb,
    geometry_hash text`,
  annotations: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, evidence_id uuid NOT NULL,
    extraction_id uuid, kind text, colour text, quote text, anchor jsonb, body_lineage uuid,
    reply_to uuid, status text`,
  reference_items: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, project_id uuid NOT NULL,
    artifact_id uuid, name text, type text, citation_key text, csl jsonb, content text,
    metadata jsonb, issued text, accessed_at timestamptz, notes_lineage uuid`,
  set_elements: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, owner_entity text NOT NULL,
    owner_id uuid NOT NULL, column_name text NOT NULL, element text NOT NULL`,
  judgements: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, owner_entity text NOT NULL,
    owner_id uuid NOT NULL, column_name text NOT NULL, author_id uuid NOT NULL, value jsonb,
    rationale text`,
  text_updates: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, owner_entity text NOT NULL,
    owner_id uuid NOT NULL, column_name text NOT NULL, lineage uuid NOT NULL,
    update_hash text NOT NULL, converted_into uuid`,
  saved_searches: `
    created_at timestamptz NOT NULL, created_by uuid NOT NULL, name text, query text,
    filters jsonb, sort text, session_id uuid, pinned boolean, position text`,
};

const frame = `tenant_id uuid NOT NULL, id uuid NOT NULL, _scope text NOT NULL, _deleted boolean NOT NULL,
    _inserted text NOT NULL, _by uuid NOT NULL`;

const tables = Object.entries(columns).map(
  ([name, own]) =>
    `CREATE TABLE central.${name} (${frame}, ${own}, PRIMARY KEY (tenant_id, id)) WITH (toast_tuple_target = 8160)`,
);

/** What access and the lives of rows are looked up by. */
const indexes = [
  'CREATE INDEX ON central.projects (tenant_id, owner_id)',
  'CREATE INDEX ON central.project_members (tenant_id, author_id)',
  'CREATE INDEX ON central.project_members (tenant_id, project_id)',
  'CREATE INDEX ON central.research_sessions (tenant_id, project_id)',
  'CREATE INDEX ON central.research_sessions (tenant_id, _by)',
  'CREATE INDEX ON central.text_updates (tenant_id, owner_id)',
];

/** One typed table for each replicated entity: the shown values of rows that are there, written with the feed. */
export const entityTables: CentralMigration = {
  name: '0020-entities',
  up: [...tables, ...indexes, ...Object.keys(columns).flatMap((name) => tenantWall(`central.${name}`))],
  down: Object.keys(columns).map((name) => `DROP TABLE central.${name}`),
};
