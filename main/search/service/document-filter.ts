import type { Bindable } from '../../../db/replica/sqlite/statements.ts';
import type { QueryFilters } from '../query/parse.ts';

/** A condition on the evidence a passage belongs to, as a subquery that yields evidence ids. */
export interface DocumentFilter {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** The subquery for the filters of a query and for types chosen beside it; null where there are none. */
export function documentFilter(filters: QueryFilters, types: readonly string[]): DocumentFilter | null {
  const conditions: Condition[] = [
    ...anyOf(filters.session, (value) => ({
      sql: `EXISTS (SELECT 1 FROM research_sessions s WHERE s.id = e.session_id
        AND (s.title LIKE ? ESCAPE '\\' OR lower(hex(s.id)) LIKE ? ESCAPE '\\'))`,
      values: [contains(value), `${escapeLike(value.replaceAll('-', '').toLowerCase())}%`],
    })),
    ...anyOf([...filters.type, ...types], (value) => ({
      sql: `coalesce(a.artifact_type, e.source_type) = ?`,
      values: [value.toLowerCase()],
    })),
    ...filters.tag.map((value) => ({
      sql: `EXISTS (SELECT 1 FROM set_elements t WHERE t.owner_id = e.id AND t.column_name = 'tags'
        AND t._deleted = 0 AND t.element LIKE ? ESCAPE '\\')`,
      values: [escapeLike(value)],
    })),
    ...anyOf(filters.author, (value) => ({
      sql: `(e.author LIKE ? ESCAPE '\\' OR e.source_name LIKE ? ESCAPE '\\')`,
      values: [contains(value), contains(value)],
    })),
    ...(filters.after === null ? [] : [{ sql: `e.publication_date >= ?`, values: [filters.after] }]),
    ...(filters.before === null ? [] : [{ sql: `e.publication_date < ?`, values: [filters.before] }]),
    ...(filters.rating === null ? [] : [{ sql: `e.reliability <= ?`, values: [filters.rating] }]),
  ];
  if (conditions.length === 0) return null;
  return {
    sql: `SELECT e.id FROM evidence e LEFT JOIN artifacts a ON a.id = e.artifact_id
      WHERE e._deleted = 0 AND ${conditions.map((condition) => condition.sql).join(' AND ')}`,
    values: conditions.flatMap((condition) => condition.values),
  };
}

function anyOf(values: readonly string[], make: (value: string) => Condition): Condition[] {
  if (values.length === 0) return [];
  const parts = values.map(make);
  return [
    {
      sql: `(${parts.map((part) => part.sql).join(' OR ')})`,
      values: parts.flatMap((part) => part.values),
    },
  ];
}

function contains(value: string): string {
  return `%${escapeLike(value)}%`;
}

function escapeLike(value: string): string {
  return value.replaceAll(/[\\%_]/g, '\\$&');
}
