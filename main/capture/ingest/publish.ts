import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { insertRow, writeDerived } from '../../../db/replica/rows/write.ts';
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
import { maxAttachmentDepth } from './stage.ts';
import type { ItemOutcome, PublishResult, StagedDocument, StagedText } from './types.ts';

export interface PublishContext {
  readonly replica: Replica;
  readonly items: ItemStore;
}

/** Most facts of a document that become tags of its artifact. */
const maxTags = 60;

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
  const artifactId = ensureArtifact(transaction, document, session.artifactScope);
  const extractionId =
    document.text === null ? null : ensureExtraction(transaction, document, document.text, artifactId);
  const resembling =
    document.text === null ? [] : findResembling(replica.db.statements, document.text.analysis.signature);
  const evidenceId = insertEvidence(transaction, document, { artifactId, extractionId, resembling });
  if (document.text !== null) {
    recordSignature(replica.db.statements, evidenceId, document.text.analysis.signature, resembling);
  }
  scoreEvidence(transaction, document, evidenceId, session.question);
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
    project: Uint8Array;
    restricted: number | null;
  }>(
    `SELECT research_question AS question, project_id AS project, restricted
     FROM research_sessions WHERE id = ? AND _deleted = 0`,
    idToBlob(sessionId),
  );
  if (row === undefined) return null;
  return {
    question: row.question ?? '',
    artifactScope: row.restricted === 1 ? `session:${sessionId}` : `project:${blobToId(row.project)}`,
  };
}

/** The evidence that has these bytes in this session already. */
export function findDuplicate(
  replica: Replica,
  sessionId: Id,
  contentHash: string,
): { evidenceId: Id; artifactId: Id } | null {
  const row = replica.db.statements.get<{ evidence: Uint8Array; artifact: Uint8Array }>(
    `SELECT e.id AS evidence, a.id AS artifact FROM artifacts a
     JOIN evidence e ON e.artifact_id = a.id AND e._deleted = 0 AND e.session_id = ?
     WHERE a.content_hash = ? ORDER BY e.rid LIMIT 1`,
    idToBlob(sessionId),
    contentHash,
  );
  return row === undefined
    ? null
    : { evidenceId: blobToId(row.evidence), artifactId: blobToId(row.artifact) };
}

/** The same bytes in the same scope are one artifact: its id follows from both. */
function ensureArtifact(transaction: Transaction, document: StagedDocument, scope: string): Id {
  const { detected, metadata, text } = document;
  const id = insertRow(
    transaction,
    'artifacts',
    {
      content_hash: document.contentHash,
      artifact_type: detected.artifactType,
      file_size: document.fileSize,
      mime_type: detected.mimeType,
      file_name: document.name,
      source_url: document.url,
      title: metadata.title,
      pages: text === null || text.pages.length === 0 ? null : text.pages.length,
      snapshot_hash: document.snapshotHash,
    },
    { scope },
  );
  const facts = Object.entries(metadata.facts).filter(([key]) => key !== 'encoding');
  const tags = [
    ...metadata.keywords.map((keyword) => ['keyword', 'keyword', keyword] as const),
    ...facts.map(([key, value]) => ['metadata', key, value] as const),
  ];
  for (const [tag_type, tag_key, tag_value] of tags.slice(0, maxTags)) {
    insertRow(transaction, 'metadata_tags', { artifact_id: id, tag_type, tag_key, tag_value });
  }
  return id;
}

/** The extraction of an artifact by one version of one extractor, with its text; the one that is there where there is one. */
export function ensureExtraction(
  transaction: Transaction,
  document: Pick<StagedDocument, 'metadata' | 'warnings'>,
  text: StagedText,
  artifactId: Id,
): Id {
  transaction.replica.db.statements.run(
    `INSERT INTO bodies (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`,
    text.analysis.textHash,
    Buffer.from(text.text, 'utf8'),
  );
  return insertRow(transaction, 'content_extractions', {
    artifact_id: artifactId,
    extractor: text.extractor,
    extractor_version: text.version,
    extraction_type: 'text',
    text_hash: text.analysis.textHash,
    page_map: text.pages.map(({ page, start, end }) => ({ page, start, end })),
    extracted_data: {
      outline: text.outline.map((entry) => ({ ...entry })),
      facts: { ...document.metadata.facts },
    },
    confidence_score: text.confidence,
    warnings: document.warnings.map(({ code, parameters }) => ({ code, parameters: { ...parameters } })),
    geometry_hash: text.geometryHash,
  });
}

function insertEvidence(
  transaction: Transaction,
  document: StagedDocument,
  links: { artifactId: Id; extractionId: Id | null; resembling: readonly Resemblance[] },
): Id {
  const { metadata, source, text } = document;
  const fromWeb = source.kind === 'url';
  const typedByHand = source.kind === 'blob' && source.origin === 'text';
  return insertRow(transaction, 'evidence', {
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
    original_path: source.kind === 'path' ? (source.given ?? source.path) : null,
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
  writeDerived(transaction, 'evidence', evidenceId, {
    relevance_score: scores.relevance,
    recency_score: scores.recency,
    overall_quality_score: scores.overall,
  });
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
  if (jobId === null || depth > maxAttachmentDepth) return;
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
