import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { idForRow, idToBlob, newId } from '../../../db/replica/rows/ids.ts';
import { insertChunks } from '../../../db/replica/search-chunks.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { Remark } from '../extract/types.ts';
import { qualityScores } from '../quality/quality.ts';
import { relevance } from '../quality/relevance.ts';
import type { Resemblance } from './duplicates.ts';
import { findResembling, recordSignature } from './duplicates.ts';
import type { ItemStore } from './item-store.ts';
import { nothing } from './item-store.ts';
import type { ItemOutcome, PublishResult, StagedDocument, StagedText } from './types.ts';

/** The replica's verbs that publishing writes rows with. */
export interface RowVerbs {
  readonly insert: (
    transaction: Transaction,
    entity: EntityName,
    values: Readonly<Record<string, Json>> & { readonly id?: Id },
    scope?: string,
  ) => Id;
  /** Keeps a text once, by the SHA-256 of its UTF-8 bytes. */
  readonly putBody: (transaction: Transaction, text: string) => string;
}

export interface PublishContext {
  readonly replica: Replica;
  readonly verbs: RowVerbs;
  readonly items: ItemStore;
}

/** Attachments of attachments are followed this deep. */
const maxDepth = 3;

/** Characters of a text that its relevance is computed from. */
const relevanceSample = 200_000;

/**
 * Publishes one document: artifact, extraction, text, chunks with their index, evidence, tags, links to what it resembles,
 * its attachments as new items, and the item's own state, in one transaction. Either all of it is there or none.
 */
export function publishDocument(context: PublishContext, document: StagedDocument): PublishResult {
  return transact(context.replica, { command: 'capture.add' }, (transaction) => {
    const result = { itemId: document.itemId, ...publishIn(context, transaction, document) };
    context.items.settle([result]);
    return result;
  }).result;
}

type Published = Omit<PublishResult, 'itemId'>;

function publishIn(context: PublishContext, transaction: Transaction, document: StagedDocument): Published {
  const { replica, items } = context;
  // A person may have cancelled while the document was read; what was published stays published.
  if (items.stateOf(document.itemId) !== 'queued') return refused('cancelled', 'cancelled');
  const session = sessionOf(replica, document.sessionId);
  if (session === null) return refused('failed', 'session-missing');
  const duplicate = findDuplicate(replica, document.sessionId, document.contentHash);
  if (duplicate !== null) {
    return {
      state: 'duplicate',
      outcome: { ...nothing, ...duplicate, reason: { code: 'duplicate', parameters: {} }, ms: document.ms },
    };
  }
  const artifactId = ensureArtifact(context, transaction, document, session.artifactScope);
  const extractionId =
    document.text === null
      ? null
      : ensureExtraction(context, transaction, document, document.text, artifactId);
  const resembling =
    document.text === null ? [] : findResembling(replica.db.statements, document.text.analysis.signature);
  const evidenceId = insertEvidence(context, transaction, document, { artifactId, extractionId, resembling });
  if (document.text !== null) {
    recordSignature(replica.db.statements, evidenceId, document.text.analysis.signature, resembling);
  }
  scoreEvidence(replica, transaction, document, evidenceId, session.question);
  queueAttachments(context, document, evidenceId);
  const outcome: ItemOutcome = {
    reason: document.reason,
    warnings: [...document.warnings, ...resemblanceRemarks(replica, resembling)],
    evidenceId,
    artifactId,
    chunks: indexText(replica, document, evidenceId, extractionId),
    words: document.text?.analysis.wordCount ?? 0,
    ms: document.ms,
  };
  return { state: document.text === null ? 'stored' : 'added', outcome };
}

function refused(state: 'cancelled' | 'failed', code: string): Published {
  return { state, outcome: { ...nothing, reason: { code, parameters: {} } } };
}

interface SessionFacts {
  readonly question: string;
  readonly artifactScope: string;
}

function sessionOf(replica: Replica, sessionId: Id): SessionFacts | null {
  const row = replica.db.statements.get<{
    question: string | null;
    project: string;
    restricted: number | null;
  }>(
    `SELECT research_question AS question, lower(hex(project_id)) AS project, restricted
     FROM research_sessions WHERE id = ? AND _deleted = 0`,
    idToBlob(sessionId),
  );
  if (row === undefined) return null;
  const project = row.project.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    question: row.question ?? '',
    artifactScope: row.restricted === 1 ? `session:${sessionId}` : `project:${project}`,
  };
}

/** The evidence that has these bytes in this session already. */
export function findDuplicate(
  replica: Replica,
  sessionId: Id,
  contentHash: string,
): { evidenceId: Id; artifactId: Id } | null {
  const row = replica.db.statements.get<{ evidence: string; artifact: string }>(
    `SELECT lower(hex(e.id)) AS evidence, lower(hex(a.id)) AS artifact FROM artifacts a
     JOIN evidence e ON e.artifact_id = a.id AND e._deleted = 0 AND e.session_id = ?
     WHERE a.content_hash = ? ORDER BY e.rid LIMIT 1`,
    idToBlob(sessionId),
    contentHash,
  );
  return row === undefined ? null : { evidenceId: hexToId(row.evidence), artifactId: hexToId(row.artifact) };
}

function hexToId(hex: string): Id {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function exists(
  replica: Replica,
  entity: 'artifacts' | 'content_extractions' | 'metadata_tags',
  id: Id,
): boolean {
  return replica.db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ?`, idToBlob(id)) !== undefined;
}

function ensureArtifact(
  { replica, verbs }: PublishContext,
  transaction: Transaction,
  document: StagedDocument,
  scope: string,
): Id {
  const id = idForRow('artifacts', scope, { content_hash: document.contentHash });
  if (exists(replica, 'artifacts', id)) return id;
  verbs.insert(
    transaction,
    'artifacts',
    {
      id,
      content_hash: document.contentHash,
      artifact_type: document.detected.artifactType,
      file_size: document.fileSize,
      mime_type: document.detected.mimeType,
      file_name: document.name,
      source_url: document.url,
      title: document.metadata.title,
      pages: document.text === null || document.text.pages.length === 0 ? null : document.text.pages.length,
      snapshot_hash: document.snapshotHash,
    },
    scope,
  );
  const tags = [
    ...document.metadata.keywords.map((keyword) => ['keyword', 'keyword', keyword] as const),
    ...Object.entries(document.metadata.facts)
      .filter(([key]) => key !== 'encoding')
      .map(([key, value]) => ['metadata', key, value] as const),
  ];
  for (const [tag_type, tag_key, tag_value] of tags.slice(0, 60)) {
    const values = { artifact_id: id, tag_type, tag_key, tag_value };
    const tagId = idForRow('metadata_tags', scope, values);
    if (!exists(replica, 'metadata_tags', tagId))
      verbs.insert(transaction, 'metadata_tags', { id: tagId, ...values });
  }
  return id;
}

function ensureExtraction(
  { replica, verbs }: PublishContext,
  transaction: Transaction,
  document: StagedDocument,
  text: StagedText,
  artifactId: Id,
): Id {
  const key = { artifact_id: artifactId, extractor: text.extractor, extractor_version: text.version };
  const id = idForRow('content_extractions', '', key);
  if (exists(replica, 'content_extractions', id)) return id;
  verbs.insert(transaction, 'content_extractions', {
    id,
    ...key,
    extraction_type: 'text',
    text_hash: verbs.putBody(transaction, text.text),
    page_map: text.pages.map(({ page, start, end }) => ({ page, start, end })),
    extracted_data: {
      outline: text.outline.map((entry) => ({ ...entry })),
      facts: { ...document.metadata.facts },
    },
    confidence_score: text.confidence,
    warnings: document.warnings.map(({ code, parameters }) => ({ code, parameters: { ...parameters } })),
    geometry_hash: text.geometryHash,
  });
  return id;
}

function insertEvidence(
  { verbs }: PublishContext,
  transaction: Transaction,
  document: StagedDocument,
  links: { artifactId: Id; extractionId: Id | null; resembling: readonly Resemblance[] },
): Id {
  const { metadata, source, text } = document;
  const fromWeb = source.kind === 'url';
  const typedByHand = source.kind === 'blob' && source.origin === 'text';
  return verbs.insert(transaction, 'evidence', {
    id: newId(),
    session_id: document.sessionId,
    artifact_id: links.artifactId,
    extraction_id: links.extractionId,
    parent_id: source.kind === 'blob' ? source.parentEvidenceId : null,
    source_url: document.url ?? metadata.url,
    source_type: fromWeb ? 'crawled_page' : typedByHand ? 'manual_entry' : 'uploaded_document',
    source_name: metadata.siteName,
    title: titleOf(document),
    summary: metadata.description,
    author: metadata.author,
    publication_date: metadata.publishedAt,
    retrieved_at: document.retrievedAt,
    language: text?.analysis.language ?? metadata.language,
    word_count: text?.analysis.wordCount ?? null,
    file_name: document.name,
    original_path: source.kind === 'path' ? source.path : null,
    text_hash: text?.analysis.signature.normalisedHash ?? null,
    metadata: duplicateMetadata(links.resembling),
  });
}

/** What a list shows beside a title: the evidence that this one resembles most. */
function duplicateMetadata(resembling: readonly Resemblance[]): Record<string, Json> {
  const first = resembling[0];
  if (first === undefined) return {};
  return {
    resembles: { evidenceId: first.evidenceId, relation: first.relation, similarity: first.similarity },
  };
}

function titleOf(document: StagedDocument): string {
  const named = document.name.replace(/\.[A-Za-z0-9]{1,8}$/, '');
  return document.metadata.title ?? (named === '' ? document.name : named);
}

/** Scores are derived: written beside the row, never logged. */
function scoreEvidence(
  replica: Replica,
  transaction: Transaction,
  document: StagedDocument,
  evidenceId: Id,
  question: string,
): void {
  const sample = document.text?.text.slice(0, relevanceSample) ?? '';
  const scores = qualityScores({
    reliability: null,
    credibility: null,
    publicationDate: document.metadata.publishedAt,
    relevance: sample === '' ? null : relevance(question, titleOf(document), sample, null),
    now: transaction.at,
  });
  replica.db.statements.run(
    `UPDATE evidence SET relevance_score = ?, recency_score = ?, overall_quality_score = ? WHERE id = ?`,
    scores.relevance,
    scores.recency,
    scores.overall,
    idToBlob(evidenceId),
  );
}

function indexText(
  replica: Replica,
  document: StagedDocument,
  evidenceId: Id,
  extractionId: Id | null,
): number {
  const { text } = document;
  if (text === null) return 0;
  const chunks = insertChunks(replica.db.sqlite, {
    evidence: idToBlob(evidenceId),
    session: idToBlob(document.sessionId),
    extraction: extractionId === null ? null : idToBlob(extractionId),
    title: titleOf(document),
    chunks: text.analysis.chunks.map(({ start, end, page }) => ({
      start,
      end,
      page,
      text: text.text.slice(start, end),
    })),
  });
  return chunks.length;
}

function queueAttachments({ items }: PublishContext, document: StagedDocument, parentEvidenceId: Id): void {
  const jobId = items.jobOf(document.itemId);
  const depth = (document.source.kind === 'blob' ? document.source.depth : 0) + 1;
  if (jobId === null || depth > maxDepth) return;
  items.addItems(
    jobId,
    document.attachments.map(({ name, hash }) => ({
      name,
      source: { kind: 'blob', hash, origin: 'attachment', parentEvidenceId, depth } as const,
      failure: null,
    })),
  );
}

function resemblanceRemarks(replica: Replica, resembling: readonly Resemblance[]): Remark[] {
  const first = resembling[0];
  if (first === undefined) return [];
  const title = replica.db.statements.value<string>(
    `SELECT title FROM evidence WHERE id = ?`,
    idToBlob(first.evidenceId),
  );
  const parameters = { title: title ?? '', percent: Math.round(first.similarity * 100) };
  return [{ code: first.relation, parameters }];
}
