import { analyse } from '../analyse/analyse.ts';
import { detectType } from '../detect/detect.ts';
import { extractorOf } from '../extract/registry.ts';
import type { DetectedType, Remark } from '../extract/types.ts';
import { ExtractionError } from '../extract/types.ts';
import type { Reading, ReadRequest } from './protocol.ts';

/** Reads one document: what it is, its words, and what follows from them. Every failure is an answer. */
export async function readDocument(
  request: Omit<ReadRequest, 'id'>,
  onProgress: (done: number, total: number) => void,
): Promise<Reading> {
  const { bytes, name, limits } = request;
  const detected = await detectType(bytes, name);
  if (detected.format === 'empty') return { kind: 'failed', detected, reason: remark('file-empty') };
  if (detected.format === 'unreadable') {
    const reason = remark('format-not-read', { type: detected.mimeType });
    return { kind: 'kept', detected, extraction: null, reason };
  }
  try {
    const extractor = await extractorOf(detected.format);
    const extraction = await extractor.extract({ bytes, name, detected, limits, onProgress });
    if (extraction.text.trim() === '') {
      const code = detected.format === 'pdf' ? 'no-text-layer' : 'no-words';
      return { kind: 'kept', detected, extraction, reason: remark(code) };
    }
    return { kind: 'read', detected, extraction, analysis: analyse(extraction) };
  } catch (error) {
    return { kind: 'failed', detected, reason: reasonOf(error, detected) };
  }
}

function reasonOf(error: unknown, detected: DetectedType): Remark {
  if (error instanceof ExtractionError) {
    return remark(error.code, { ...error.parameters, type: detected.mimeType });
  }
  const tooDeep = error instanceof RangeError && /call stack/i.test(error.message);
  return remark(tooDeep ? 'document-nested-too-deep' : 'document-damaged', { type: detected.mimeType });
}

function remark(code: string, parameters: Remark['parameters'] = {}): Remark {
  return { code, parameters };
}
