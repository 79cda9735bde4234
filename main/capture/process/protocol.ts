import type { Analysis } from '../analyse/analyse.ts';
import type { DetectedType, Extraction, ExtractionLimits, Remark } from '../extract/types.ts';

/** What reading a document came to. Its words are in `messages.ts` by the code of `reason`. */
export type Reading =
  | {
      readonly kind: 'read';
      readonly detected: DetectedType;
      readonly extraction: Extraction;
      readonly analysis: Analysis;
    }
  /** Kept as a file: nothing in it can be read as text. `extraction` where it was opened and had no words. */
  | {
      readonly kind: 'kept';
      readonly detected: DetectedType;
      readonly extraction: Extraction | null;
      readonly reason: Remark;
    }
  | { readonly kind: 'failed'; readonly detected: DetectedType | null; readonly reason: Remark };

/** To the extractor process. Bytes travel through the pipe between the processes and never through a file. */
export interface ReadRequest {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly limits: ExtractionLimits;
}

/** From the extractor process. Documents are read one after another in the order they came. */
export type ExtractorMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'finished'; readonly id: number; readonly reading: Reading };
