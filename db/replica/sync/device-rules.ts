import { closedByAge } from '../../../sync/core/held-settings.ts';
import { type PrivacySettings, privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { readSync } from './meta.ts';

/** The organisation's settings as the server last told them; null before it has. Throws where they cannot be understood. */
export function toldSettings(db: ReadableDb): PrivacySettings | null {
  const told = readSync(db, 'policy');
  return told === undefined ? null : privacySettingsSchema.parse(JSON.parse(told));
}

/** Why this workspace may not sync under the organisation's settings, in words with the next step; null where it may. */
export function deviceRefusal(db: ReadableDb, isProtected: boolean): string | null {
  if (isProtected || toldSettings(db)?.devices.require_encryption !== true) return null;
  return 'This organisation only admits encrypted workspaces. Nothing was sent or fetched. Encrypt the workspace, then sync again.';
}

/** True where the settings are too old for anything to leave by them. */
export function isTooOld(db: ReadableDb, now: number): boolean {
  const settings = toldSettings(db);
  const at = readSync(db, 'policy-at');
  if (settings === null || at === undefined) return false;
  return closedByAge(settings, Date.parse(at), now) !== undefined;
}
