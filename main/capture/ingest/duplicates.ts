import type { Id } from '../../../db/catalogue/rows.ts';
import type { Statements } from '../../../db/replica/sqlite/statements.ts';
import type { TextSignature } from '../analyse/signature.ts';
import { bandKeys, nearDuplicateSimilarity, signatureSize, similarity } from '../analyse/signature.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';

export interface Resemblance {
  readonly evidenceId: Id;
  readonly relation: 'same-text' | 'near-duplicate';
  /** Estimated Jaccard similarity, 0 to 1. */
  readonly similarity: number;
}

/** At most this many texts that share a band are compared, and this many links are kept. */
const maxCompared = 200;
const maxLinks = 20;

/** Texts in the workspace that are the same as this one, or nearly: looked up by hash, and by bands of the signature. */
export function findResembling(statements: Statements, signature: TextSignature): Resemblance[] {
  const same = statements
    .all<{ evidence: Uint8Array }>(
      `SELECT evidence FROM text_signatures WHERE text_hash = ? LIMIT ${maxLinks}`,
      signature.normalisedHash,
    )
    .map(({ evidence }) => ({
      evidenceId: blobToId(evidence),
      relation: 'same-text' as const,
      similarity: 1,
    }));
  if (signature.minHash === null || same.length >= maxLinks) return same;
  const known = new Set(same.map((found) => found.evidenceId));
  const near = nearTexts(statements, signature.minHash).filter((found) => !known.has(found.evidenceId));
  return [...same, ...near].slice(0, maxLinks);
}

function nearTexts(statements: Statements, minHash: Uint32Array): Resemblance[] {
  const candidates = statements.all<{ evidence: Uint8Array; signature: Uint8Array }>(
    `SELECT s.evidence, s.signature FROM text_signatures s WHERE length(s.signature) > 0 AND s.evidence IN (
      SELECT b.evidence FROM json_each(?) k JOIN signature_bands b ON b.band = k.key AND b.key = k.value LIMIT ${maxCompared})`,
    JSON.stringify(bandKeys(minHash)),
  );
  return candidates
    .map(({ evidence, signature }) => ({
      evidenceId: blobToId(evidence),
      relation: 'near-duplicate' as const,
      similarity: similarity(minHash, fromBlob(signature)),
    }))
    .filter((found) => found.similarity >= nearDuplicateSimilarity)
    .toSorted((a, b) => b.similarity - a.similarity);
}

/** Files a text's signature and its links to those it resembles. Belongs into the transaction that publishes it. */
export function recordSignature(
  statements: Statements,
  evidenceId: Id,
  signature: TextSignature,
  resembling: readonly Resemblance[],
): void {
  const evidence = idToBlob(evidenceId);
  const blob = signature.minHash === null ? Buffer.alloc(0) : Buffer.from(signature.minHash.buffer.slice(0));
  statements.run(
    `INSERT OR REPLACE INTO text_signatures (evidence, text_hash, signature) VALUES (?, ?, ?)`,
    evidence,
    signature.normalisedHash,
    blob,
  );
  if (signature.minHash !== null) {
    bandKeys(signature.minHash).forEach((key, band) =>
      statements.run(
        `INSERT OR IGNORE INTO signature_bands (band, key, evidence) VALUES (?, ?, ?)`,
        band,
        key,
        evidence,
      ),
    );
  }
  for (const found of resembling) {
    statements.run(
      `INSERT OR REPLACE INTO near_duplicates (a, b, relation, similarity) VALUES (?, ?, ?, ?)`,
      evidence,
      idToBlob(found.evidenceId),
      found.relation,
      found.similarity,
    );
  }
}

function fromBlob(blob: Uint8Array): Uint32Array {
  const copy = Uint8Array.from(blob);
  return new Uint32Array(copy.buffer, 0, Math.min(signatureSize, Math.floor(copy.length / 4)));
}
