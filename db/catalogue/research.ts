import { location } from './anchor.ts';
import {
  boolean,
  date,
  entity,
  id,
  integer,
  json,
  oneOf,
  provenance,
  real,
  text,
  timestamp,
} from './define.ts';

/** Sharing levels, from what anybody may read to what only the session's lead may. */
export const sharingLevels = ['public', 'partner', 'internal', 'restricted'] as const;
export type SharingLevel = (typeof sharingLevels)[number];

/** A piece of research: one question, its evidence, and the claims made of it. */
export const research_sessions = entity({
  n: 5,
  label: 'S',
  id: { kind: 'v7' },
  scope: { by: 'self', kind: 'session' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    project_id: id(3, 'register', 'open', { references: 'projects' }),
    title: text(4, 'register', 'internal', { search: 'title' }),
    research_question: text(5, 'register', 'internal', { search: 'body' }),
    scope: oneOf(6, 'register', 'open', ['basic', 'standard', 'comprehensive', 'deep_dive'], {
      default: 'standard',
    }),
    status: oneOf(7, 'register', 'open', ['active', 'completed', 'paused', 'cancelled', 'error'], {
      default: 'active',
      transitions: {
        active: ['paused', 'completed', 'cancelled', 'error'],
        paused: ['active', 'completed', 'cancelled'],
        completed: ['active'],
        cancelled: ['active'],
        error: ['active', 'cancelled'],
      },
    }),
    priority: oneOf(8, 'register', 'open', ['low', 'medium', 'high', 'urgent'], { default: 'medium' }),
    tags: json(9, 'set', 'internal', { search: 'tag' }),
    metadata: json(10, 'map', 'internal', { default: {} }),
    started_at: timestamp(11, 'register', 'open'),
    completed_at: timestamp(12, 'register', 'open'),
    sharing_level: oneOf(13, 'register', 'open', sharingLevels, { default: 'internal' }),
    restricted: boolean(14, 'register', 'open', { default: false }),
    local_only: boolean(15, 'register', 'open', { default: false }),
    due: date(16, 'register', 'open'),
    notes: text(17, 'text', 'internal'),
    total_duration_seconds: integer(18, 'derived', 'open'),
  },
});

/** A source as this session uses it: what it is, what it is worth, and where its words are. */
export const evidence = entity({
  n: 6,
  label: 'E',
  id: { kind: 'v7' },
  scope: { by: 'column', kind: 'session', column: 'session_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    session_id: id(3, 'once', 'open', { references: 'research_sessions', required: true }),
    artifact_id: id(4, 'register', 'open', { references: 'artifacts' }),
    extraction_id: id(5, 'register', 'open', { references: 'content_extractions' }),
    parent_id: id(6, 'once', 'open', { references: 'evidence' }),
    source_url: text(7, 'register', 'content'),
    source_type: oneOf(8, 'register', 'open', [
      'web_search',
      'crawled_page',
      'uploaded_document',
      'api_data',
      'manual_entry',
    ]),
    source_name: text(9, 'register', 'content', { search: 'author' }),
    title: text(10, 'register', 'content', { search: 'title' }),
    summary: text(11, 'register', 'content', { search: 'body' }),
    author: text(12, 'register', 'content', { search: 'author' }),
    publication_date: date(13, 'register', 'content', { search: 'filter' }),
    retrieved_at: timestamp(14, 'once', 'open'),
    language: text(15, 'register', 'open', { search: 'filter' }),
    word_count: integer(16, 'once', 'open', { min: 0 }),
    file_name: text(17, 'once', 'content'),
    original_path: text(18, 'once', 'secret'),
    reliability: oneOf(19, 'judgement', 'internal', ['A', 'B', 'C', 'D', 'E', 'F']),
    credibility: oneOf(20, 'judgement', 'internal', ['1', '2', '3', '4', '5', '6']),
    credibility_score: real(21, 'derived', 'internal', { min: 0, max: 1 }),
    relevance_score: real(22, 'derived', 'internal', { min: 0, max: 1 }),
    recency_score: real(23, 'derived', 'internal', { min: 0, max: 1 }),
    overall_quality_score: real(24, 'derived', 'internal', { min: 0, max: 1 }),
    tags: json(25, 'set', 'internal', { search: 'tag' }),
    metadata: json(26, 'map', 'content', { default: {} }),
    notes: text(27, 'text', 'internal'),
    sharing_level: oneOf(28, 'register', 'open', sharingLevels),
    retracted_at: timestamp(29, 'register', 'open'),
    retraction_reason: text(30, 'register', 'internal'),
    text_hash: text(31, 'once', 'content'),
    reference_id: id(32, 'register', 'open', { references: 'reference_items' }),
  },
});

/** A sentence that can be right or wrong, and what people and agents hold of it. */
export const research_claims = entity({
  n: 7,
  label: 'C',
  id: { kind: 'v7' },
  scope: { by: 'column', kind: 'session', column: 'session_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    session_id: id(3, 'once', 'open', { references: 'research_sessions', required: true }),
    claim_text: text(4, 'register', 'internal', { search: 'title' }),
    claim_type: oneOf(
      5,
      'register',
      'open',
      ['factual', 'analytical', 'predictive', 'opinion', 'recommendation'],
      {
        default: 'factual',
      },
    ),
    status: oneOf(6, 'register', 'open', ['draft', 'open', 'settled', 'withdrawn'], {
      default: 'open',
      transitions: {
        draft: ['open', 'withdrawn'],
        open: ['settled', 'withdrawn', 'draft'],
        settled: ['open', 'withdrawn'],
        withdrawn: ['open'],
      },
    }),
    confidence: real(7, 'judgement', 'internal', { min: 0, max: 1 }),
    final_verdict: oneOf(8, 'judgement', 'internal', [
      'approved',
      'rejected',
      'modified',
      'needs_more_evidence',
    ]),
    evidence_strength: oneOf(9, 'derived', 'internal', ['weak', 'moderate', 'strong', 'very_strong']),
    source_count: integer(10, 'derived', 'internal', { min: 0 }),
    debate_status: oneOf(
      11,
      'register',
      'open',
      ['pending', 'in_progress', 'completed', 'consensus_reached', 'no_consensus'],
      { default: 'pending' },
    ),
    consensus_reached: boolean(12, 'register', 'open', { default: false }),
    reasoning: text(13, 'text', 'internal', { search: 'body' }),
    tags: json(14, 'set', 'internal', { search: 'tag' }),
    metadata: json(15, 'map', 'internal', { default: {} }),
    position: text(16, 'order', 'open'),
    sharing_level: oneOf(17, 'register', 'open', sharingLevels),
    origin_count: integer(18, 'derived', 'internal', { min: 0 }),
    split_from: id(19, 'once', 'open', { references: 'research_claims' }),
    merged_into: id(20, 'register', 'open', { references: 'research_claims' }),
  },
});

/** Evidence that supports or contradicts a claim, with the quote it rests on, or the whole document. It takes its claim's scope. */
export const claim_evidence = entity({
  n: 8,
  label: 'Q',
  id: { kind: 'v7' },
  scope: { by: 'parent', column: 'claim_id', entity: 'research_claims' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    claim_id: id(3, 'once', 'open', { references: 'research_claims', required: true }),
    evidence_id: id(4, 'once', 'open', { references: 'evidence', required: true }),
    stance: oneOf(5, 'once', 'internal', ['supports', 'contradicts'], { required: true }),
    quote: text(6, 'once', 'content', { search: 'body' }),
    anchor: json(7, 'once', 'content', { shape: 'anchor' }),
    extraction_id: id(8, 'once', 'open', { references: 'content_extractions' }),
    note: text(9, 'text', 'internal'),
    position: text(10, 'order', 'open'),
    weight: real(11, 'register', 'internal', { min: 0, max: 1 }),
    annotation_id: id(12, 'once', 'open', { references: 'annotations' }),
    quote_kind: oneOf(13, 'once', 'open', ['document', 'text', 'region', 'table_range'], {
      default: 'document',
    }),
    ...location(14),
  },
});
