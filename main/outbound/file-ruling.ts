import type { Row } from '../../db/catalogue/rows.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { PolicyDestination, PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { hidesWhole, redactText } from '../../sync/core/detectors.ts';
import { factsOf } from './facts.ts';
import { rulingOn } from './rulings.ts';
import type { ServerPolicies, ServerRuling } from './server-ruling.ts';

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

/** The text of an extraction, or null where there is none. */
export type TextOf = (extraction: string) => string | null;

/** Whether a file may go to the server: every document that uses it lets it go, by every policy. */
export function rulingOnSyncedFile(
  db: ReadableDb,
  policies: ServerPolicies,
  artifact: Row<'artifacts'>,
  textOf: TextOf,
): ServerRuling {
  const of = { where: 'evidence.artifact_id = ?', values: [idToBlob(artifact.id)] };
  const uses = listRows(db, 'evidence', of);
  let allowing: ServerRuling = { decision: 'allow', rule: '', reason: '', policy: 0 };
  for (const [policy, settings] of policies.entries()) {
    for (const evidence of uses) {
      const text = evidence.extraction_id === null ? null : textOf(evidence.extraction_id);
      const { allowed, rule } = rulingOnFile(db, settings, { evidence, artifact, text }, 'sync');
      if (!allowed) return { decision: 'withhold', rule, reason: '', policy };
      allowing = { ...allowing, rule, policy };
    }
  }
  return allowing;
}
