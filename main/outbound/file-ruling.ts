import type { Row } from '../../db/catalogue/rows.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { PolicyDestination, PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { hidesWhole, redactText } from './detectors.ts';
import { factsOf } from './facts.ts';
import { rulingOn } from './rulings.ts';

/**
 * Whether a whole file may be handed out, and by which rule. A file is as confidential as its words and cannot be cleaned: where the
 * policy redacts words, only a file whose text was read and holds none of them may leave. `text` is null where none was read.
 */
export function rulingOnFile(
  db: ReadableDb,
  policy: PrivacySettings,
  {
    evidence,
    artifact,
    text,
  }: { evidence: Row<'evidence'>; artifact: Row<'artifacts'>; text: string | null },
  destination: PolicyDestination,
): { readonly allowed: boolean; readonly rule: string } {
  const rulings = [
    rulingOn(policy, 'artifacts', 'content_hash', factsOf(db, 'artifacts', { ...artifact }), destination),
    rulingOn(policy, 'artifacts', 'content_hash', factsOf(db, 'evidence', { ...evidence }), destination),
  ];
  const kept = rulings.find(({ decision }) => decision !== 'allow');
  if (kept !== undefined) return { allowed: false, rule: kept.rule };
  const { redaction } = policy;
  if (redaction.detectors.length > 0) {
    if (hidesWhole(redaction)) return { allowed: false, rule: 'redaction.person_names' };
    if (text === null || redactText(text, redaction).found > 0) return { allowed: false, rule: 'redaction' };
  }
  return { allowed: true, rule: rulings[0]?.rule ?? '' };
}
