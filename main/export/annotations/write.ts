import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { AnnotationFormat } from '../../../preload/contract/exports.ts';
import type { PrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { openDocument, textOf } from '../../documents/read.ts';
import { type ExportTally, exportFilter } from '../../outbound/export-filter.ts';
import { rulingOnFile } from '../../outbound/file-ruling.ts';
import { addressOf } from '../addresses.ts';
import { fileNameOf, sayThrough } from '../say.ts';
import { toJsonLd } from './json-ld.ts';
import { marksToMarkdown } from './markdown.ts';
import { type ExportedMark, marksForExport } from './marks.ts';
import { type PdfMark, pdfMarks } from './pdf-marks.ts';

export interface AnnotationsRequest {
  readonly evidenceId: Id;
  readonly format: AnnotationFormat;
  readonly policy: PrivacySettings;
  /** Decides everything and reads no file: the answer of a PDF has no bytes. */
  readonly isPreview?: boolean;
}

/** What an export hands out: words that are ready, or a PDF and the marks that are to be written into it. */
export interface WrittenAnnotations {
  readonly name: string;
  readonly content:
    { readonly text: string } | { readonly file: Uint8Array; readonly marks: readonly PdfMark[] };
  readonly tally: ExportTally;
  readonly rows: number;
  /** Marks that the format has no place for. */
  readonly left: number;
  /** Marks whose words the document does not hold any more. */
  readonly orphans: number;
}

/** Bytes of a PDF that marks are written into, at most. */
const mostBytes = 512 * 1024 * 1024;

/** A document's annotations as a file: every value of it, its name, and a PDF's own bytes went through the policy. */
export function writeAnnotations(
  db: ReadableDb,
  blobs: BlobStore,
  { evidenceId, format, policy, isPreview = false }: AnnotationsRequest,
): WrittenAnnotations {
  const evidence = getRow(db, 'evidence', evidenceId);
  if (evidence === undefined || evidence._deleted) {
    throw new WorkbenchError('not-found', 'This document is not there, or is in the trash.', {
      id: evidenceId,
    });
  }
  const { filter, tally } = exportFilter(db, policy);
  const say = sayThrough(filter);
  const title =
    say('evidence', 'title', evidence.title, evidence) ??
    say('evidence', 'file_name', evidence.file_name, evidence);
  const label = labelOf('evidence', evidenceId);
  const marks = marksForExport(db, blobs, evidenceId, filter);
  const orphans = marks.filter(({ state }) => state === 'orphan').length;
  const name = `${fileNameOf(title ?? '', label)}.${extensions[format]}`;
  const common = { name, rows: marks.length, orphans };
  if (format === 'jsonld') {
    return { ...common, content: { text: toJsonLd(evidenceId, title, marks) }, tally: tally(), left: 0 };
  }
  if (format === 'md') {
    const text = marksToMarkdown({ title: title ?? label, ...placesOf(db, evidence, say), marks });
    return { ...common, content: { text }, tally: tally(), left: 0 };
  }
  return { ...common, ...annotatedFile(db, isPreview ? null : blobs, evidence, policy, marks, tally) };
}

const extensions: Readonly<Record<AnnotationFormat, string>> = { jsonld: 'jsonld', md: 'md', pdf: 'pdf' };

function placesOf(db: ReadableDb, evidence: Row<'evidence'>, say: ReturnType<typeof sayThrough>) {
  const { outline, type } = openDocument(db, { evidenceId: evidence.id });
  const extraction =
    evidence.extraction_id === null ? undefined : getRow(db, 'content_extractions', evidence.extraction_id);
  const sections =
    extraction === undefined
      ? []
      : outline.flatMap((heading) => {
          const title = say('content_extractions', 'extracted_data', heading.title, extraction);
          return title === null ? [] : [{ ...heading, title }];
        });
  return { address: addressOf('evidence', evidence.id), isPaged: type === 'pdf', sections };
}

function annotatedFile(
  db: ReadableDb,
  blobs: BlobStore | null,
  evidence: Row<'evidence'>,
  policy: PrivacySettings,
  marks: readonly ExportedMark[],
  tally: () => ExportTally,
): Pick<WrittenAnnotations, 'content' | 'tally' | 'left'> {
  const artifact = evidence.artifact_id === null ? undefined : getRow(db, 'artifacts', evidence.artifact_id);
  if (artifact?.artifact_type !== 'pdf') {
    throw new WorkbenchError(
      'invalid-input',
      'This document is no PDF. Export its marks as Markdown or JSON-LD.',
    );
  }
  const text = evidence.extraction_id === null ? null : textOf(db, evidence.extraction_id);
  const { allowed, rule } = rulingOnFile(db, policy, { evidence, artifact, text }, 'export');
  if (!allowed) {
    throw new WorkbenchError(
      'withheld',
      `The privacy settings keep this file here (${rule}). Its marks can be exported as Markdown or JSON-LD.`,
      { rule },
    );
  }
  if ((artifact.file_size ?? 0) > mostBytes) {
    throw new WorkbenchError('too-large', 'This PDF is larger than 512 MB. Export its marks as Markdown.');
  }
  const { placed, left } = pdfMarks(marks);
  const counted = tally();
  return {
    content: { file: blobs?.read(artifact.content_hash) ?? new Uint8Array(0), marks: placed },
    tally: {
      ...counted,
      allowed: counted.allowed + 1,
      rules: { ...counted.rules, [rule]: (counted.rules[rule] ?? 0) + 1 },
    },
    left,
  };
}
