import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnsOf } from '../../db/catalogue/catalogue.ts';
import { labelOf } from '../../db/catalogue/label.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { countRows, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { LeavingItem } from '../../preload/contract/governance.ts';
import type { PolicyDestination, PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { factsOf } from './facts.ts';
import { columnsByRuling } from './rulings.ts';

/** Any destination but the server, for which `leavingToServer` answers. */
export type Elsewhere = Exclude<PolicyDestination, 'sync'>;

export interface LeavingRequest {
  readonly policy: PrivacySettings;
  readonly destination: Elsewhere;
  readonly sessionId?: Id | undefined;
  readonly limit: number;
}

const entities: readonly EntityName[] = [
  'research_sessions',
  'evidence',
  'research_claims',
  'claim_evidence',
  'annotations',
  'artifacts',
  'reference_items',
];

/** What would leave for a destination other than the server: each row once for each rule that decides on some of its columns. */
export function leaving(db: ReadableDb, request: LeavingRequest) {
  const items: LeavingItem[] = [];
  const counts: Record<string, number> = {};
  const { policy, destination, sessionId, limit } = request;
  for (const entity of entities) {
    const options =
      sessionId === undefined ? {} : { where: `${entity}._scope = ?`, values: [`session:${sessionId}`] };
    counts[entity] = countRows(db, entity, options);
    for (const row of listRows(db, entity, { ...options, limit: Math.max(0, limit - items.length) })) {
      const facts: Readonly<Record<string, unknown>> = { ...row };
      for (const { ruling, columns } of columnsByRuling(
        policy,
        entity,
        factsOf(db, entity, facts),
        destination,
      ).values()) {
        const filled = columns.filter((name) => isFilled(facts[name]));
        if (filled.length === 0 || items.length >= limit) continue;
        const { decision, rule, reason } = ruling;
        items.push({
          entity,
          id: row.id,
          label: labelOf(entity, row.id),
          title: titleOf(entity, facts),
          columns: filled,
          decision,
          rule,
          reason,
        });
      }
    }
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { sentence: sentence(total, destination), counts, items };
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function titleOf(entity: EntityName, row: Readonly<Record<string, unknown>>): string {
  const titled = columnsOf(entity).find(([, spec]) => spec.search === 'title')?.[0];
  const value = titled === undefined ? null : row[titled];
  return typeof value === 'string' ? value : '';
}

function sentence(total: number, destination: Elsewhere): string {
  if (total === 0) return 'Nothing is here that could leave.';
  return `${total} rows are looked at for ${destination}; each line says what happens to which columns, and why.`;
}
