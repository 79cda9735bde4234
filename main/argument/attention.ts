import { labelOf } from '../../db/catalogue/label.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { blobToId } from '../../db/replica/rows/ids.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { placeOf } from '../documents/anchors/place.ts';

/** One thing that needs a look: a quote without its place, or a claim. */
export interface AttentionItem {
  readonly id: Id;
  readonly label: string;
  /** The claim's words, or the quote's. */
  readonly text: string;
  readonly sessionId: Id;
  readonly sessionTitle: string;
  /** The document it is about, where there is one. */
  readonly evidenceId: Id | null;
  readonly evidenceTitle: string | null;
}

/** Things of one kind: how many there are, and the first of them. */
export interface AttentionGroup {
  readonly total: number;
  readonly items: readonly AttentionItem[];
}

/** What of the argument does not stand as it should. */
export interface Attention {
  /** Quotes and marks whose words are not in their document as it is read now. */
  readonly orphans: AttentionGroup;
  /** Claims without any source that supports them and stands. */
  readonly unsupported: AttentionGroup;
  /** Claims with a source that was retracted, once for each of these sources. */
  readonly retracted: AttentionGroup;
}

interface Stored {
  readonly id: Uint8Array;
  readonly text: string | null;
  readonly session_id: Uint8Array;
  readonly session_title: string | null;
  readonly evidence_id: Uint8Array | null;
  readonly evidence_title: string | null;
}

/** A claim that is held: not withdrawn, not merged into another, not in the trash, nor is its session. */
const liveClaim = `c._deleted = 0 AND c.merged_into IS NULL AND c.status IS NOT 'withdrawn' AND s._deleted = 0`;

const session = `s.id AS session_id, coalesce(s.title, s.research_question) AS session_title`;

/** Looks through the whole workspace; `limit` bounds the items of each group, not what is counted. */
export function attentionOf(db: ReadableDb, { limit }: { readonly limit: number }): Attention {
  return {
    orphans: orphans(db, limit),
    unsupported: unsupported(db, limit),
    retracted: retracted(db, limit),
  };
}

function unsupported(db: ReadableDb, limit: number): AttentionGroup {
  return group(
    db,
    `FROM research_claims AS c JOIN research_sessions AS s ON s.id = c.session_id
     WHERE ${liveClaim} AND NOT EXISTS (SELECT 1 FROM claim_evidence AS q JOIN evidence AS e ON e.id = q.evidence_id
       WHERE q.claim_id = c.id AND q._deleted = 0 AND q.stance = 'supports' AND e._deleted = 0 AND e.retracted_at IS NULL)`,
    `c.id, c.claim_text AS text, ${session}, NULL AS evidence_id, NULL AS evidence_title`,
    limit,
  );
}

function retracted(db: ReadableDb, limit: number): AttentionGroup {
  return group(
    db,
    `FROM research_claims AS c JOIN research_sessions AS s ON s.id = c.session_id
       JOIN evidence AS e ON e._deleted = 0 AND e.retracted_at IS NOT NULL
         AND e.id IN (SELECT q.evidence_id FROM claim_evidence AS q WHERE q.claim_id = c.id AND q._deleted = 0)
     WHERE ${liveClaim}`,
    `c.id, c.claim_text AS text, ${session}, e.id AS evidence_id, coalesce(e.title, e.file_name) AS evidence_title`,
    limit,
  );
}

function group(db: ReadableDb, from: string, columns: string, limit: number): AttentionGroup {
  const items = db.statements.all<Stored>(`SELECT ${columns} ${from} ORDER BY c.rid DESC LIMIT ?`, limit);
  const all = items.length < limit ? items.length : db.statements.value<number>(`SELECT count(*) ${from}`);
  return { total: all ?? 0, items: items.map((row) => shape('research_claims', row)) };
}

/**
 * Rows with an anchor that was not found when it was last looked for, or that was not looked for in the text as it is read now,
 * are looked for again: an orphan is shown only where its words are missing today.
 */
function orphans(db: ReadableDb, limit: number): AttentionGroup {
  const found = (['claim_evidence', 'annotations'] as const).flatMap((entity) =>
    db.statements
      .all<Stored>(
        `SELECT a.id, a.quote AS text, ${session}, e.id AS evidence_id, coalesce(e.title, e.file_name) AS evidence_title
         FROM ${entity} AS a JOIN evidence AS e ON e.id = a.evidence_id
           JOIN research_sessions AS s ON s.id = e.session_id
         WHERE a._deleted = 0 AND e._deleted = 0 AND s._deleted = 0 AND a.anchor IS NOT NULL
           AND (a.anchor_state IS NULL OR a.anchor_state = 'orphan' OR a.located_in IS NOT e.extraction_id)
         ORDER BY a.rid DESC LIMIT ?`,
        mostLookedAt,
      )
      .filter((row) => isOrphan(db, entity, row))
      .map((row) => shape(entity, row)),
  );
  return { total: found.length, items: found.slice(0, limit) };
}

/** Anchors of each kind that are compared with their texts for one answer; comparing is what takes time. */
const mostLookedAt = 500;

function isOrphan(
  db: ReadableDb,
  entity: 'claim_evidence' | 'annotations',
  { id, evidence_id }: Stored,
): boolean {
  const anchored = blobToId(id);
  const row =
    entity === 'annotations' ? getRow(db, 'annotations', anchored) : getRow(db, 'claim_evidence', anchored);
  const evidence = evidence_id === null ? undefined : getRow(db, 'evidence', blobToId(evidence_id));
  return row !== undefined && placeOf(db, row, evidence?.extraction_id ?? null)?.state === 'orphan';
}

function shape(entity: 'research_claims' | 'claim_evidence' | 'annotations', row: Stored): AttentionItem {
  const id = blobToId(row.id);
  return {
    id,
    label: labelOf(entity, id),
    text: row.text ?? '',
    sessionId: blobToId(row.session_id),
    sessionTitle: row.session_title ?? '',
    evidenceId: row.evidence_id === null ? null : blobToId(row.evidence_id),
    evidenceTitle: row.evidence_title,
  };
}
