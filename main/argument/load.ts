import type { Id } from '../../db/catalogue/rows.ts';
import { blobToId, idToBlob } from '../../db/replica/rows/ids.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { foldText } from '../documents/anchors/fold.ts';
import { type Likeness, originsOf } from './origins.ts';
import type { Support } from './strength.ts';

/** A link as the argument sees it: who says what of which claim, and whether it counts now. */
export interface ArgumentLink {
  readonly id: Id;
  readonly claimId: Id;
  readonly evidenceId: Id;
  readonly stance: 'supports' | 'contradicts';
  readonly weight: number | null;
  readonly quote: string | null;
  readonly quality: number | null;
  readonly retracted: boolean;
  /** False where the evidence is in the trash or not on this laptop. */
  readonly present: boolean;
  readonly artifactId: Id | null;
  readonly parentId: Id | null;
  readonly textHash: string | null;
}

interface Stored {
  readonly id: Uint8Array;
  readonly claim_id: Uint8Array;
  readonly evidence_id: Uint8Array;
  readonly stance: string;
  readonly weight: number | null;
  readonly quote: string | null;
  readonly quality: number | null;
  readonly retracted: number;
  readonly present: number;
  readonly artifact_id: Uint8Array | null;
  readonly parent_id: Uint8Array | null;
  readonly text_hash: string | null;
}

const columns = `q.id, q.claim_id, q.evidence_id, q.stance, q.weight, q.quote, e.overall_quality_score AS quality,
  e.retracted_at IS NOT NULL AS retracted, e.id IS NOT NULL AND e._deleted = 0 AS present, e.artifact_id, e.parent_id,
  e.text_hash
  FROM claim_evidence AS q LEFT JOIN evidence AS e ON e.id = q.evidence_id`;

/** Links of one claim, in their order; of all claims of a session; or of all claims that one piece of evidence bears on. */
export function linksOf(
  db: ReadableDb,
  of: { readonly claim: Id } | { readonly session: Id } | { readonly evidence: readonly Id[] },
): ArgumentLink[] {
  if ('evidence' in of) {
    const marks = of.evidence.map(() => '?').join(', ');
    const claims = `SELECT claim_id FROM claim_evidence WHERE evidence_id IN (${marks}) AND _deleted = 0`;
    return read(db, `q.claim_id IN (${claims})`, of.evidence);
  }
  if ('claim' in of) return read(db, 'q.claim_id = ?', [of.claim]);
  return read(db, 'q.claim_id IN (SELECT id FROM research_claims WHERE session_id = ? AND _deleted = 0)', [
    of.session,
  ]);
}

function read(db: ReadableDb, where: string, ids: readonly Id[]): ArgumentLink[] {
  return db.statements
    .all<Stored>(
      `SELECT ${columns} WHERE q._deleted = 0 AND ${where} ORDER BY q.position NULLS LAST, q.rid`,
      ...ids.map(idToBlob),
    )
    .map((row) => ({
      id: blobToId(row.id),
      claimId: blobToId(row.claim_id),
      evidenceId: blobToId(row.evidence_id),
      stance: row.stance === 'contradicts' ? 'contradicts' : 'supports',
      weight: row.weight,
      quote: row.quote,
      quality: row.quality,
      retracted: row.retracted === 1,
      present: row.present === 1,
      artifactId: row.artifact_id === null ? null : blobToId(row.artifact_id),
      parentId: row.parent_id === null ? null : blobToId(row.parent_id),
      textHash: row.text_hash,
    }));
}

/** Words from which an equal quote in two sources is no chance. */
const tellingWords = 8;

/**
 * The origin of each piece of evidence in these links. Two sources share one where they are the same file or the same text,
 * where their texts were found to be near-duplicates, where one came inside the other (an attachment in its mail), or where
 * they are quoted with the same sentence of eight words or more. Only sources among these links join two others.
 */
export function originsIn(db: ReadableDb, links: readonly ArgumentLink[]): Map<string, string> {
  const evidence = [...new Set(links.map(({ evidenceId }) => evidenceId))];
  const likenesses: Likeness[] = [];
  const firstWith = new Map<string, string>();
  const sameKey = (key: string | null, evidenceId: string): void => {
    if (key === null) return;
    const first = firstWith.get(key);
    if (first === undefined) firstWith.set(key, evidenceId);
    else likenesses.push({ a: first, b: evidenceId });
  };
  for (const link of links) {
    sameKey(link.artifactId === null ? null : `file ${link.artifactId}`, link.evidenceId);
    sameKey(link.textHash === null ? null : `text ${link.textHash}`, link.evidenceId);
    if (link.quote !== null && link.quote.trim().split(/\s+/u).length >= tellingWords) {
      sameKey(`quote ${foldText(link.quote).folded}`, link.evidenceId);
    }
    if (link.parentId !== null) likenesses.push({ a: link.parentId, b: link.evidenceId });
  }
  const known = new Set<string>(evidence);
  for (const id of evidence) {
    const near = db.statements.all<{ b: Uint8Array }>(
      'SELECT b FROM near_duplicates WHERE a = ?',
      idToBlob(id),
    );
    for (const { b } of near) if (known.has(blobToId(b))) likenesses.push({ a: id, b: blobToId(b) });
  }
  return originsOf(evidence, likenesses);
}

/** The links that count: of evidence that is there and stands. */
export function supportsOf(links: readonly ArgumentLink[], origins: ReadonlyMap<string, string>): Support[] {
  return links
    .filter(({ present, retracted }) => present && !retracted)
    .map(({ evidenceId, stance, quality, weight }) => ({
      evidenceId,
      stance,
      quality,
      weight,
      origin: origins.get(evidenceId) ?? evidenceId,
    }));
}
