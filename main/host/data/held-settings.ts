import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { closedByAge, type HeldSettings } from '../../../sync/core/held-settings.ts';
import { policyFrom } from '../../outbound/gate.ts';
import { readSetting } from '../commands/settings.ts';

/** The settings as they hold in this workspace now: its person's own, and its organisation's beside them where it has one. */
export function heldSettings(db: ReadableDb, now: number): HeldSettings {
  const own = policyFrom(readSetting(db, 'privacy'));
  const told = readSync(db, 'policy');
  if (told === undefined) return own;
  const beside = policyFrom(JSON.parse(told));
  const at = readSync(db, 'policy-at');
  const detectors = new Set([...own.redaction.detectors, ...beside.redaction.detectors]);
  return {
    ...own,
    redaction: { ...own.redaction, detectors: [...detectors] },
    beside,
    closed: closedByAge(beside, at === undefined ? null : Date.parse(at), now),
  };
}
