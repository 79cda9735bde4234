import { labelOf } from '../../db/catalogue/label.ts';
import type { Id, Row } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { BlobStore } from '../../db/replica/blobs/blob-store.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import { readBody } from '../../db/replica/rows/text.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import { pageSchema } from '../../preload/contract/documents.ts';
import { findWords, type Passage } from './anchors/resolve.ts';
import { findLoosely } from './find-loosely.ts';
import { sentenceOf } from '../capture/messages.ts';
import { z } from 'zod';

const outlineSchema = z.object({
  outline: z.array(
    z.object({
      title: z.string(),
      level: z.number().int(),
      page: z.number().int().nullable(),
      start: z.number().int().nullable(),
    }),
  ),
});

const remarksSchema = z.array(
  z.object({ code: z.string(), parameters: z.record(z.string(), z.union([z.string(), z.number()])) }),
);

/** The last text that was decoded: a reader pages through one document, and a search result leads into it. */
const lastText: { hash: string; text: string } = { hash: '', text: '' };

/** The words of an extraction. Empty where none were read; throws where they are lost. */
export function textOf(db: ReadableDb, extractionId: Id): string {
  const extraction = getRow(db, 'content_extractions', extractionId);
  if (extraction === undefined) throw missing('extraction');
  if (extraction.text_hash === null) return '';
  if (lastText.hash === extraction.text_hash) return lastText.text;
  const body = readBody(db, extraction.text_hash);
  if (body === undefined) {
    throw new WorkbenchError(
      'not-found',
      'The words of this document are not on this laptop. Add the document again to read it.',
    );
  }
  lastText.hash = extraction.text_hash;
  lastText.text = body.toString('utf8');
  return lastText.text;
}

/** Facts of one document for the reader: what it is, its pages, its outline, what could not be read. */
export function openDocument(db: ReadableDb, { evidenceId }: { evidenceId: Id }) {
  const evidence = getRow(db, 'evidence', evidenceId);
  if (evidence === undefined || evidence._deleted) throw missing('document');
  const artifact = evidence.artifact_id === null ? undefined : getRow(db, 'artifacts', evidence.artifact_id);
  const extraction =
    evidence.extraction_id === null ? undefined : getRow(db, 'content_extractions', evidence.extraction_id);
  return {
    evidenceId,
    label: labelOf('evidence', evidenceId),
    sessionId: evidence.session_id,
    artifactId: evidence.artifact_id,
    hasSnapshot: (artifact?.snapshot_hash ?? null) !== null,
    extractionId: evidence.extraction_id,
    title: titleOf(evidence),
    type: artifact?.artifact_type ?? 'other',
    mimeType: artifact?.mime_type ?? null,
    bytes: artifact?.file_size ?? null,
    length: extraction === undefined ? 0 : textOf(db, extraction.id).length,
    pages: parsed(z.array(pageSchema), extraction?.page_map ?? []) ?? [],
    outline: parsed(outlineSchema, extraction?.extracted_data ?? null)?.outline ?? [],
    warnings: (parsed(remarksSchema, extraction?.warnings ?? []) ?? []).map(sentenceOf),
  };
}

/** Words from `start` up to and without `end`, as UTF-16 code units of the whole text. */
export function textRange(
  db: ReadableDb,
  { extractionId, start, end }: { extractionId: Id; start: number; end?: number | undefined },
) {
  const text = textOf(db, extractionId);
  const from = Math.min(start, text.length);
  const to = Math.min(end ?? text.length, text.length);
  return { text: text.slice(from, to), start: from, end: Math.max(from, to), length: text.length };
}

/** Places that one answer names. */
const mostPassages = 2000;

/** Where words stand between two offsets of a text, in order. */
export function findPassages(
  db: ReadableDb,
  input: { extractionId: Id; words: string; start: number; end?: number | undefined; loose: boolean },
): { passages: Passage[] } {
  const { text, start } = textRange(db, input);
  const find = input.loose ? findLoosely : findWords;
  const found = find(text, input.words).slice(0, mostPassages);
  return { passages: found.map((each) => ({ start: each.start + start, end: each.end + start })) };
}

const mostBytes = 4 * 1024 * 1024;

/** A range of an artifact's bytes, at most 4 MiB. */
export function bytesOf(
  db: ReadableDb,
  blobs: BlobStore,
  { artifactId, start, end }: { artifactId: Id; start: number; end: number },
): { data: Uint8Array; total: number; mimeType: string | null } {
  const artifact = getRow(db, 'artifacts', artifactId);
  if (artifact === undefined) throw missing('file');
  const total = blobs.size(artifact.content_hash);
  if (start === 0) blobs.touch(artifact.content_hash);
  const data = blobs.read(artifact.content_hash, start, Math.min(end, start + mostBytes, total));
  return { data, total, mimeType: artifact.mime_type };
}

/** The file behind evidence: its content hash, and the name that says what it is. Null where there is none. */
export function fileOf(
  db: ReadableDb,
  { evidenceId }: { evidenceId: Id },
): { hash: string; name: string } | null {
  const evidence = getRow(db, 'evidence', evidenceId);
  if (evidence === undefined || evidence._deleted) throw missing('document');
  const artifact = evidence.artifact_id === null ? undefined : getRow(db, 'artifacts', evidence.artifact_id);
  if (artifact === undefined) return null;
  return { hash: artifact.content_hash, name: evidence.file_name ?? artifact.file_name ?? '' };
}

/** The sanitised page of an artifact. Throws `not-found` where none was kept. */
export function snapshotOf(
  db: ReadableDb,
  blobs: BlobStore,
  { artifactId }: { artifactId: Id },
): { html: string } {
  const hash = getRow(db, 'artifacts', artifactId)?.snapshot_hash ?? null;
  if (hash === null) throw missing('page');
  return { html: Buffer.from(blobs.read(hash)).toString('utf8') };
}

function titleOf(evidence: Row<'evidence'>): string {
  return evidence.title ?? evidence.file_name ?? evidence.source_url ?? '';
}

function parsed<T>(schema: z.ZodType<T>, value: Json): T | undefined {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}

function missing(what: string): WorkbenchError {
  return new WorkbenchError('not-found', `This ${what} is not there. It may be in the trash, or was purged.`);
}
