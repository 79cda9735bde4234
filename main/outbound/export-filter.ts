import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnSpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { hidesWhole, redactText } from '../../sync/core/detectors.ts';
import { factsOf, type RowFacts } from './facts.ts';
import { marker, rulingOn } from './rulings.ts';

/** What happened to the values that an export asked for. `rules` names every rule that decided, with its values. */
export interface ExportTally {
  readonly allowed: number;
  readonly redacted: number;
  readonly withheld: number;
  readonly rules: Readonly<Record<string, number>>;
}

/** The gate's word on one value of one row: itself, cleaned, a marker in its place, or undefined. */
export type ExportFilter = (
  entity: EntityName,
  column: string,
  value: unknown,
  row: Readonly<Record<string, unknown>>,
) => unknown;

/** The filter that every export writes its values through. Facts of a row are looked up once. */
export function exportFilter(
  db: ReadableDb,
  policy: PrivacySettings,
): { readonly filter: ExportFilter; readonly tally: () => ExportTally } {
  const known = new Map<unknown, RowFacts>();
  const counts = { allowed: 0, redacted: 0, withheld: 0 };
  const rules: Record<string, number> = {};
  const note = (outcome: keyof typeof counts, rule: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    counts[outcome] += 1;
    rules[rule] = (rules[rule] ?? 0) + 1;
  };
  const filter: ExportFilter = (entity, column, value, row) => {
    const key = `${entity} ${String(row['id'])}`;
    const facts = known.get(key) ?? factsOf(db, entity, row);
    known.set(key, facts);
    const { decision, rule } = rulingOn(policy, entity, column, facts, 'export');
    if (decision === 'redact') {
      note('redacted', rule, value);
      return value === null || value === undefined ? value : marker(policy, rule);
    }
    if (decision !== 'allow') {
      note('withheld', rule, value);
      return undefined;
    }
    if (columnSpec(entity, column)?.privacy === 'open' || policy.redaction.detectors.length === 0) {
      note('allowed', rule, value);
      return value as Json;
    }
    return cleaned(value, rule);
  };
  const cleaned = (value: unknown, rule: string): unknown => {
    if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') {
      note('allowed', rule, value);
      return value;
    }
    if (hidesWhole(policy.redaction)) {
      note('redacted', 'redaction.person_names', value);
      return marker(policy, 'redaction.person_names');
    }
    const clean = cleanJson(value as Json, policy.redaction);
    note(clean.found > 0 ? 'redacted' : 'allowed', clean.found > 0 ? 'redaction' : rule, value);
    return clean.value;
  };
  return { filter, tally: () => ({ ...counts, rules: { ...rules } }) };
}

function cleanJson(value: Json, redaction: PrivacySettings['redaction']): { value: Json; found: number } {
  if (typeof value === 'string') {
    const { text, found } = redactText(value, redaction);
    return { value: text, found };
  }
  if (value === null || typeof value !== 'object') return { value, found: 0 };
  const parts = Object.entries(value).map(
    ([name, part]) => [name, cleanJson(part as Json, redaction)] as const,
  );
  const found = parts.reduce((sum, [, part]) => sum + part.found, 0);
  const clean = parts.map(([name, part]) => [name, part.value] as const);
  return { value: Array.isArray(value) ? clean.map(([, part]) => part) : Object.fromEntries(clean), found };
}
