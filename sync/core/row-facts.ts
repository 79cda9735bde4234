import { columnSpec, type EntityName, isEntityName } from '../../db/catalogue/catalogue.ts';
import type { PrivacyClass } from '../../db/catalogue/types.ts';
import type { SourceFacts, Subject } from './decide.ts';

/** A row's values by the names of their columns, ids as UUIDs; `id` and `_scope` where they are known. */
export type RowValues = Readonly<Record<string, unknown>>;

/** Where the facts of a row are looked up: a laptop's file, or what the server has and a push brings. */
export interface RowWorld {
  row(entity: EntityName, id: string): RowValues | undefined;
  /** Evidence that names a file or a reference in one of its columns. */
  evidenceNaming(column: 'artifact_id' | 'reference_id', id: string): readonly RowValues[];
  tagsOf(evidence: RowValues): readonly string[];
  /** The host of an address; null where it is none. */
  hostOf(address: string): string | null;
}

export type SharingLevel = NonNullable<Subject['level']>;

/** What rules can ask of a row. */
export interface RowFacts {
  readonly level: SharingLevel;
  readonly source: SourceFacts;
  readonly localOnly: boolean;
  /** Of an element, a position or an update of a text: the class of the column that it is a part of. */
  readonly ownerClass: PrivacyClass | null;
}

/** Sharing levels, from the most open to the strictest. */
export const sharingLevels: readonly SharingLevel[] = ['public', 'partner', 'internal', 'restricted'];

/** The strictest of some sharing levels; of none that is known, `internal`. */
export function strictestLevel(given: readonly unknown[]): SharingLevel {
  const highest = Math.max(-1, ...given.map((each) => sharingLevels.indexOf(each as SharingLevel)));
  return sharingLevels[highest] ?? 'internal';
}

/** The class of the column that a part belongs to; null for a row that is no part. What cannot be told counts as secret. */
export function ownerClassOf(row: RowValues): PrivacyClass | null {
  const { owner_entity: owner, column_name: column } = row;
  if (typeof owner !== 'string' || typeof column !== 'string') return null;
  return (isEntityName(owner) ? columnSpec(owner, column)?.privacy : undefined) ?? 'secret';
}

/**
 * The facts of a row for a decision. Its level is the strictest of its own, of every session that it has to do with and of what it
 * quotes; what it says of its source is what its document says: a quote is as confidential as the page that it was taken from. A file or
 * a reference that several documents use has the strictest level among them, and stays where one of their sessions does. The facts of a
 * part are those of the row that it belongs to.
 */
export function factsOfRow(world: RowWorld, entity: EntityName, row: RowValues): RowFacts {
  const { owner_entity: owner, owner_id: id } = row;
  if (typeof owner === 'string' && isEntityName(owner) && isId(id)) {
    const facts = factsOfRow(world, owner, world.row(owner, id) ?? { _scope: row['_scope'] });
    return { ...facts, ownerClass: ownerClassOf(row) };
  }
  const evidence = evidenceOf(world, entity, row);
  const claim = entity === 'claim_evidence' ? rowAt(world, 'research_claims', row['claim_id']) : undefined;
  const sessionIds = [
    entity === 'research_sessions' ? row['id'] : row['session_id'],
    ...evidence.map((each) => each['session_id']),
    claim?.['session_id'],
    sessionOfScope(row['_scope']),
  ].filter(isId);
  const sessions = [...new Set(sessionIds)].map((each) =>
    entity === 'research_sessions' && each === row['id'] ? row : rowAt(world, 'research_sessions', each),
  );
  const artifact =
    entity === 'artifacts'
      ? row
      : rowAt(world, 'artifacts', row['artifact_id'] ?? evidence[0]?.['artifact_id']);
  const told = evidence[0] ?? row;
  const address = textOf(told['source_url']) ?? textOf(artifact?.['source_url']);
  return {
    level: strictestLevel([row, ...sessions, claim, ...evidence].map((each) => each?.['sharing_level'])),
    source: {
      domain: address === null ? null : world.hostOf(address),
      type: textOf(told['source_type']) ?? textOf(artifact?.['artifact_type']),
      tags: [row, ...evidence].flatMap((each) => world.tagsOf(each)),
      session: sessionIds[0] ?? null,
      mime: textOf(artifact?.['mime_type']),
    },
    localOnly: sessions.some((each) => each?.['local_only'] === true),
    ownerClass: null,
  };
}

/** The documents whose words a row may hold. */
function evidenceOf(world: RowWorld, entity: EntityName, row: RowValues): readonly RowValues[] {
  if (entity === 'evidence') return [row];
  const named = rowAt(world, 'evidence', row['evidence_id']);
  if (named !== undefined) return [named];
  const { id } = row;
  const cited = entity === 'reference_items' && isId(id) ? world.evidenceNaming('reference_id', id) : [];
  if (cited.length > 0) return cited;
  const artifact = entity === 'artifacts' ? id : row['artifact_id'];
  return isId(artifact) ? world.evidenceNaming('artifact_id', artifact) : [];
}

function rowAt(world: RowWorld, entity: EntityName, id: unknown): RowValues | undefined {
  return isId(id) ? world.row(entity, id) : undefined;
}

/** The session whose scope a row stands in. */
function sessionOfScope(scope: unknown): string | null {
  return typeof scope === 'string' && scope.startsWith('session:') ? scope.slice('session:'.length) : null;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
