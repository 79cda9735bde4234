import { createHash } from 'node:crypto';
import type { Extraction } from '../extract/types.ts';
import type { Chunk } from './chunks.ts';
import { chunkText } from './chunks.ts';
import { detectLanguage, languageTag } from './language.ts';
import type { TextSignature } from './signature.ts';
import { textSignature } from './signature.ts';
import { countWords } from './words.ts';

/** What follows from a document's text alone. Derived, deterministic and rebuildable. */
export interface Analysis {
  readonly wordCount: number;
  /** BCP 47 tag: what the text shows, or what the document declares where the text is too short to tell. */
  readonly language: string | null;
  /** SHA-256 of the text as UTF-8, in hexadecimal. */
  readonly textHash: string;
  readonly signature: TextSignature;
  readonly chunks: readonly Chunk[];
}

export function analyse(extraction: Pick<Extraction, 'text' | 'pages' | 'metadata'>): Analysis {
  const { text, pages, metadata } = extraction;
  return {
    wordCount: countWords(text),
    language: detectLanguage(text) ?? languageTag(metadata.language),
    textHash: createHash('sha256').update(text, 'utf8').digest('hex'),
    signature: textSignature(text),
    chunks: chunkText(text, pages),
  };
}
