import { location } from './anchor.ts';
import {
  boolean,
  date,
  entity,
  hash,
  id,
  integer,
  json,
  oneOf,
  provenance,
  real,
  text,
  timestamp,
} from './define.ts';

/** A file by its bytes. The same bytes in two scopes are two rows and one blob. */
export const artifacts = entity({
  n: 9,
  label: 'A',
  id: { kind: 'v5', key: ['content_hash'], withScope: true },
  scope: { by: 'given' },
  writtenBy: 'program',
  columns: {
    ...provenance,
    content_hash: hash(3, 'once', 'content', 'file', { required: true }),
    artifact_type: oneOf(4, 'once', 'open', [
      'pdf',
      'document',
      'web_page',
      'markdown',
      'text',
      'table',
      'email',
      'image',
      'archive',
      'other',
    ]),
    file_size: integer(5, 'once', 'open', { min: 0 }),
    mime_type: text(6, 'once', 'open', { search: 'filter' }),
    file_name: text(7, 'once', 'content', { search: 'title' }),
    source_url: text(8, 'register', 'content'),
    title: text(9, 'register', 'content', { search: 'title' }),
    description: text(10, 'register', 'content'),
    keywords: json(11, 'set', 'content'),
    tags: json(12, 'set', 'internal', { search: 'tag' }),
    is_public: boolean(13, 'register', 'open', { default: false }),
    pages: integer(14, 'once', 'open', { min: 0 }),
    snapshot_hash: hash(15, 'once', 'content', 'file'),
  },
});

/** A typed fact about an artifact: a key and a value, as extraction or a person gave it. */
export const metadata_tags = entity({
  n: 10,
  id: { kind: 'v5', key: ['artifact_id', 'tag_type', 'tag_key', 'tag_value'], withScope: false },
  scope: { by: 'parent', column: 'artifact_id', entity: 'artifacts' },
  writtenBy: 'program',
  life: 'set',
  columns: {
    ...provenance,
    artifact_id: id(3, 'once', 'open', { references: 'artifacts', required: true }),
    tag_type: text(4, 'once', 'internal', { required: true }),
    tag_key: text(5, 'once', 'internal', { required: true }),
    tag_value: text(6, 'once', 'content'),
  },
});

/** What one version of one extractor read in one artifact. Immutable: anchors name the extraction they were made on. */
export const content_extractions = entity({
  n: 11,
  label: 'X',
  id: { kind: 'v5', key: ['artifact_id', 'extractor', 'extractor_version'], withScope: false },
  scope: { by: 'parent', column: 'artifact_id', entity: 'artifacts' },
  writtenBy: 'program',
  columns: {
    ...provenance,
    artifact_id: id(3, 'once', 'open', { references: 'artifacts', required: true }),
    extraction_type: oneOf(4, 'once', 'open', ['text', 'metadata', 'table', 'ocr'], { default: 'text' }),
    extractor: text(5, 'once', 'open', { required: true }),
    extractor_version: text(6, 'once', 'open', { required: true }),
    text_hash: hash(7, 'once', 'content', 'body'),
    page_map: json(8, 'once', 'content'),
    extracted_data: json(9, 'once', 'content', { default: {} }),
    confidence_score: real(10, 'once', 'open', { min: 0, max: 1 }),
    warnings: json(11, 'once', 'content', { default: [] }),
    geometry_hash: hash(12, 'once', 'content', 'file'),
  },
});

/** A mark on a document: where it is anchored (`anchor.ts`), what it says. A reply has no anchor of its own. */
export const annotations = entity({
  n: 12,
  label: 'N',
  id: { kind: 'v7' },
  scope: { by: 'parent', column: 'evidence_id', entity: 'evidence' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    evidence_id: id(3, 'once', 'open', { references: 'evidence', required: true }),
    extraction_id: id(4, 'once', 'open', { references: 'content_extractions' }),
    kind: oneOf(5, 'once', 'open', ['highlight', 'comment', 'region', 'table_range'], {
      default: 'highlight',
    }),
    colour: oneOf(6, 'register', 'open', ['support', 'contradict', 'question', 'note'], { default: 'note' }),
    quote: text(7, 'once', 'content', { search: 'body' }),
    anchor: json(8, 'once', 'content', { shape: 'anchor' }),
    body: text(9, 'text', 'internal', { search: 'body' }),
    tags: json(10, 'set', 'internal', { search: 'tag' }),
    reply_to: id(11, 'once', 'open', { references: 'annotations' }),
    status: oneOf(12, 'register', 'open', ['open', 'resolved'], {
      default: 'open',
      transitions: { open: ['resolved'], resolved: ['open'] },
    }),
    ...location(13),
  },
});

/** A citable library item, with or without its file. */
export const reference_items = entity({
  n: 13,
  label: 'R',
  id: { kind: 'v7' },
  scope: { by: 'column', kind: 'project', column: 'project_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    project_id: id(3, 'once', 'open', { references: 'projects', required: true }),
    artifact_id: id(4, 'register', 'open', { references: 'artifacts' }),
    name: text(5, 'register', 'content', { search: 'title' }),
    type: oneOf(6, 'register', 'open', ['document', 'dataset', 'configuration', 'model', 'other'], {
      default: 'document',
    }),
    citation_key: text(7, 'register', 'content', { search: 'filter' }),
    csl: json(8, 'map', 'content', { default: {} }),
    content: text(9, 'register', 'content', { search: 'body' }),
    metadata: json(10, 'map', 'content', { default: {} }),
    issued: date(11, 'register', 'content'),
    accessed_at: timestamp(12, 'register', 'content'),
    tags: json(13, 'set', 'internal', { search: 'tag' }),
    notes: text(14, 'text', 'internal', { search: 'body' }),
  },
});
