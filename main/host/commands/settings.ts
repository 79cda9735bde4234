import type { ReadableDb, WritableDb } from '../../../db/replica/sqlite/open.ts';
import { type Settings, settingsSchema } from '../../../preload/contract/governance.ts';

/** What a workspace has until somebody says otherwise. */
export const defaultSettings: Settings = {
  theme: 'system',
  contrast: 'system',
  density: 'regular',
  reducedMotion: 'system',
  singleKeys: true,
  dailyBackup: true,
  trashDays: 30,
  startDismissed: false,
  passageFound: false,
  notifies: true,
  syncWhenSparing: 'rows',
  embedding: { kind: 'laptop', url: null, model: null },
};

/** Some of the preferences, as they cross the border. */
export type SettingsPatch = { readonly [K in keyof Settings]?: Settings[K] | undefined };

type SettingsKey =
  | 'preferences'
  | 'privacy'
  | 'endpoint-key'
  | 'sync-credentials'
  | 'sync-course'
  | 'sync-device'
  | 'last-backup';

/** A stored setting as JSON, or undefined. */
export function readSetting(db: ReadableDb, key: SettingsKey): unknown {
  const text = db.statements.value<string>('SELECT value FROM settings WHERE key = ?', key);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Stores a setting. Settings describe this laptop's use of the file and are not logged. */
export function writeSetting(db: WritableDb, key: SettingsKey, value: unknown): void {
  db.statements.run(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    JSON.stringify(value),
  );
}

/** A person's preferences in this workspace; where they cannot be understood, the defaults. */
export function readPreferences(db: ReadableDb): Settings {
  const stored = readSetting(db, 'preferences');
  const parsed = settingsSchema.safeParse({ ...defaultSettings, ...(isObject(stored) ? stored : {}) });
  return parsed.success ? parsed.data : defaultSettings;
}

/** Changes some preferences and answers with all. */
export function writePreferences(db: WritableDb, patch: SettingsPatch): Settings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const next = settingsSchema.parse({ ...readPreferences(db), ...Object.fromEntries(given) });
  writeSetting(db, 'preferences', next);
  return next;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
