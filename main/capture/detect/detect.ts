import type { DetectedType } from '../extract/types.ts';
import { decode, detectEncoding } from './encoding.ts';
import { detectBySignature } from './signatures.ts';
import type { TextFormat } from './text-formats.ts';
import { detectTextFormat } from './text-formats.ts';

/** Bytes of a text that are decoded to tell its format. */
const sampleBytes = 64 * 1024;

const textTypes: Readonly<Record<TextFormat, Omit<DetectedType, 'encoding'>>> = {
  html: { format: 'html', mimeType: 'text/html', artifactType: 'web_page' },
  markdown: { format: 'markdown', mimeType: 'text/markdown', artifactType: 'markdown' },
  text: { format: 'text', mimeType: 'text/plain', artifactType: 'text' },
  csv: { format: 'csv', mimeType: 'text/csv', artifactType: 'table' },
  tsv: { format: 'csv', mimeType: 'text/tab-separated-values', artifactType: 'table' },
  eml: { format: 'eml', mimeType: 'message/rfc822', artifactType: 'email' },
  svg: { format: 'unreadable', mimeType: 'image/svg+xml', artifactType: 'image' },
};

/** What the bytes are, whatever their name says. Never throws: bytes that nothing recognises are kept unread. */
export async function detectType(bytes: Uint8Array, name: string): Promise<DetectedType> {
  if (bytes.length === 0) {
    return { format: 'empty', mimeType: 'application/x-empty', artifactType: 'other', encoding: null };
  }
  const encoding = detectEncoding(bytes);
  const signed = await detectBySignature(bytes, encoding !== null);
  if (signed !== null) return signed;
  if (encoding === null) {
    return {
      format: 'unreadable',
      mimeType: 'application/octet-stream',
      artifactType: 'other',
      encoding: null,
    };
  }
  const sample = decode(bytes.subarray(0, sampleBytes), encoding);
  return { ...textTypes[detectTextFormat(sample, name)], encoding };
}
