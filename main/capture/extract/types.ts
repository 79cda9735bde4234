/**
 * What every extractor is given and what it hands back. An extractor is one folder under `extract/`, is registered in
 * `registry.ts`, runs in the extractor process only, and is deterministic: the same bytes give the same result.
 */

/** Formats whose words can be read. `unreadable` is everything that is kept as it is. */
export const formats = ['pdf', 'docx', 'html', 'markdown', 'text', 'csv', 'eml'] as const;
export type Format = (typeof formats)[number];

/** What a file is, told from its content. The name only decides between readings that the content allows alike. */
export interface DetectedType {
  readonly format: Format | 'unreadable' | 'empty';
  readonly mimeType: string;
  readonly artifactType:
    'pdf' | 'document' | 'web_page' | 'markdown' | 'text' | 'table' | 'email' | 'image' | 'archive' | 'other';
  /** Name of the character encoding, for formats that are text; as iconv-lite knows it. */
  readonly encoding: string | null;
}

/** Span of a page in the one text of a document, in UTF-16 code units; `page` counts from 1. */
export interface PageSpan {
  readonly page: number;
  readonly start: number;
  readonly end: number;
}

/** A heading or bookmark; `level` counts from 1, `page` and `start` are null where the target cannot be told. */
export interface OutlineEntry {
  readonly title: string;
  readonly level: number;
  readonly page: number | null;
  readonly start: number | null;
}

/**
 * Where the lines of a page stand. Points (1/72 inch) from the top left of the page as it is shown. `lines` is flat,
 * six numbers for each line: start and end in the document's text, x, y, width, height.
 */
export interface PageGeometry {
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly number[];
}

/** What a document says about itself. Absent facts are null. */
export interface DocumentMetadata {
  readonly title: string | null;
  readonly author: string | null;
  /** ISO-8601 date; month and day may be missing. */
  readonly publishedAt: string | null;
  /** BCP 47 tag as the document declares it. */
  readonly language: string | null;
  readonly siteName: string | null;
  readonly description: string | null;
  readonly url: string | null;
  readonly keywords: readonly string[];
  /** Facts of this format beyond the common ones, such as `producer` or `to`. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A remark as code and parameters; `messages.ts` has its words. */
export interface Remark {
  readonly code: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** A document inside a document, such as a mail's attachment. */
export interface AttachedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Extraction {
  readonly extractor: string;
  readonly version: string;
  /** Well-formed UTF-16 without NUL; lines end with a line feed. */
  readonly text: string;
  /** Empty for formats without pages. */
  readonly pages: readonly PageSpan[];
  readonly geometry: readonly PageGeometry[] | null;
  readonly outline: readonly OutlineEntry[];
  readonly metadata: DocumentMetadata;
  /** Share of the document that was read as text, 0 to 1. */
  readonly confidence: number;
  readonly warnings: readonly Remark[];
  /** A sanitised copy of a page, safe to show with scripts off and network blocked. */
  readonly snapshotHtml: string | null;
  readonly attachments: readonly AttachedDocument[];
}

export interface ExtractionInput {
  readonly bytes: Uint8Array;
  /** File name as it is shown; a hint and nothing more. */
  readonly name: string;
  readonly detected: DetectedType;
  readonly limits: ExtractionLimits;
  /** Called after each page or part; `total` is 0 where it is unknown. */
  readonly onProgress: (done: number, total: number) => void;
}

export interface ExtractionLimits {
  /** Most characters that a document's text may have; the rest is left out, and said. */
  readonly maxCharacters: number;
  /** Most bytes that a packed file may unpack to. */
  readonly maxUnpackedBytes: number;
  /** Most documents attached to one. */
  readonly maxAttachments: number;
}

export interface Extractor {
  readonly name: string;
  /** Raised whenever the same bytes may give another text: anchors name the version they were made on. */
  readonly version: string;
  readonly extract: (input: ExtractionInput) => Promise<Extraction>;
}

export const defaultLimits: ExtractionLimits = {
  maxCharacters: 64 * 1024 * 1024,
  maxUnpackedBytes: 192 * 1024 * 1024,
  maxAttachments: 100,
};

export const noMetadata: DocumentMetadata = {
  title: null,
  author: null,
  publishedAt: null,
  language: null,
  siteName: null,
  description: null,
  url: null,
  keywords: [],
  facts: {},
};

/** Why a document cannot be read, as code and parameters. Anything else that an extractor throws counts as `damaged`. */
export class ExtractionError extends Error {
  readonly code: ExtractionErrorCode;
  readonly parameters: Readonly<Record<string, string | number>>;

  constructor(code: ExtractionErrorCode, parameters: Readonly<Record<string, string | number>> = {}) {
    super(code);
    this.name = 'ExtractionError';
    this.code = code;
    this.parameters = parameters;
  }
}

export type ExtractionErrorCode =
  'document-encrypted' | 'document-damaged' | 'document-unpacks-too-large' | 'document-nested-too-deep';
