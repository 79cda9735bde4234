import { annotations, artifacts, content_extractions, metadata_tags, reference_items } from './documents.ts';
import { judgements, set_elements, text_updates } from './elements.ts';
import { authors, project_members, projects, users } from './people.ts';
import { claim_evidence, evidence, research_claims, research_sessions } from './research.ts';
import { saved_searches } from './searches.ts';
import type { ColumnSpec, EntitySpec } from './types.ts';

/** Every replicated entity by the name of its table. The one list that everything else follows. */
export const catalogue = {
  authors,
  users,
  projects,
  project_members,
  research_sessions,
  evidence,
  research_claims,
  claim_evidence,
  artifacts,
  metadata_tags,
  content_extractions,
  annotations,
  reference_items,
  set_elements,
  judgements,
  text_updates,
  saved_searches,
} as const satisfies Readonly<Record<string, EntitySpec>>;

export type EntityName = keyof typeof catalogue;

/** All names in catalogue order. */
export const entityNames = Object.keys(catalogue) as EntityName[];

/** True for a name that the catalogue knows; the only way by which text from outside becomes an identifier. */
export function isEntityName(name: string): name is EntityName {
  return Object.hasOwn(catalogue, name);
}

/** The description of an entity, seen without its literal types. */
export function entitySpec(name: EntityName): EntitySpec {
  return catalogue[name];
}

const ordered = new Map<EntityName, readonly (readonly [string, ColumnSpec])[]>();

/** The columns of an entity in the order of their numbers. */
export function columnsOf(name: EntityName): readonly (readonly [string, ColumnSpec])[] {
  const known = ordered.get(name);
  if (known !== undefined) return known;
  const columns = Object.entries<ColumnSpec>(catalogue[name].columns).sort(([, a], [, b]) => a.n - b.n);
  ordered.set(name, columns);
  return columns;
}

/** A column's description, or undefined where the entity has none of that name. */
export function columnSpec(name: EntityName, column: string): ColumnSpec | undefined {
  const columns: Readonly<Record<string, ColumnSpec>> = catalogue[name].columns;
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}

/**
 * True where the column is a physical, logged column of its table. A `set` lives in `set_elements` and has no
 * column of its own. A `judgement` of a subject lives in `judgements`, and a `derived` value is recomputed: both have a
 * column that is written by the program and never logged. A `text` column holds its lineage, and the words beside it.
 */
export function isLogged(name: EntityName, spec: ColumnSpec): boolean {
  if (spec.merge === 'set' || spec.merge === 'derived') return false;
  return spec.merge !== 'judgement' || name === 'judgements';
}

/** A column that names bytes by their hash. */
export interface HashColumn {
  readonly entity: EntityName;
  readonly column: string;
  readonly privacy: ColumnSpec['privacy'];
}

/** Every column whose hashes name files, or bodies: who looks for what is still named has to ask all of them. */
export function hashColumns(bytes: 'file' | 'body'): readonly HashColumn[] {
  return entityNames.flatMap((entity) =>
    columnsOf(entity)
      .filter(([, spec]) => spec.bytes === bytes)
      .map(([column, { privacy }]) => ({ entity, column, privacy })),
  );
}
