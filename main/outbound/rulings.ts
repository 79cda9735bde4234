import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnSpec, entitySpec } from '../../db/catalogue/catalogue.ts';
import { decide, type Ruling, type SourceFacts, type Subject } from '../../sync/core/decide.ts';
import type { PolicyDestination, PrivacySettings } from '../../sync/core/privacy-settings.ts';

/** The ruling on one column of one row. */
export function rulingOn(
  policy: PrivacySettings,
  entity: EntityName,
  column: string,
  about: { readonly level?: Subject['level']; readonly source?: SourceFacts; readonly localOnly?: boolean },
  destination: PolicyDestination,
): Ruling {
  const privacy = columnSpec(entity, column)?.privacy ?? 'secret';
  return decide(policy, { class: privacy, ...about }, destination);
}

/** What stands in place of a redacted value. */
export function marker(policy: PrivacySettings, rule: string): { redacted: string; policy: number } {
  return { redacted: rule, policy: policy.v };
}

/** Columns of an entity that are words of a person or a source: the others are facts of the row. */
export function columnsByRuling(
  policy: PrivacySettings,
  entity: EntityName,
  about: Parameters<typeof rulingOn>[3],
  destination: PolicyDestination,
): Map<string, { readonly ruling: Ruling; readonly columns: string[] }> {
  const found = new Map<string, { readonly ruling: Ruling; readonly columns: string[] }>();
  for (const column of Object.keys(entitySpec(entity).columns)) {
    const ruling = rulingOn(policy, entity, column, about, destination);
    const key = `${ruling.decision} ${ruling.rule}`;
    const same = found.get(key) ?? { ruling, columns: [] };
    same.columns.push(column);
    found.set(key, same);
  }
  return found;
}
