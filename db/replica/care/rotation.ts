import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A backup that the program made by itself. */
export interface KeptBackup {
  readonly file: string;
  readonly at: string;
  readonly bytes: number;
}

const shape = /^workspace-(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup$/;
const dailyKept = 7;
const weeklyKept = 4;

/** The name of a backup made at a moment. */
export function backupName(at: Date): string {
  return `workspace-${at.toISOString().slice(0, 19).replaceAll(':', '')}Z.backup`;
}

/** The backups in a folder, newest first. */
export function listBackups(folder: string): KeptBackup[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const match = shape.exec(name);
      if (match === null) return [];
      const file = join(folder, name);
      return [
        { file, at: `${match[1]}T${match[2]}:${match[3]}:${match[4]}.000Z`, bytes: statSync(file).size },
      ];
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** True where the newest backup is older than a day. */
export function isBackupDue(backups: readonly KeptBackup[], now: Date): boolean {
  const newest = backups[0];
  return newest === undefined || now.getTime() - Date.parse(newest.at) >= 86_400_000;
}

/** Which of these backups, newest first, are kept: the last of each of 7 days, and of each of 4 weeks before them. */
export function keptBackups(backups: readonly KeptBackup[]): KeptBackup[] {
  const firstOf = (key: (backup: KeptBackup) => string, most: number) => {
    const seen = new Map<string, KeptBackup>();
    for (const backup of backups) if (!seen.has(key(backup))) seen.set(key(backup), backup);
    return [...seen.values()].slice(0, most);
  };
  const week = (backup: KeptBackup) => String(Math.floor(Date.parse(backup.at) / (7 * 86_400_000)));
  const kept = new Set([
    ...firstOf((backup) => backup.at.slice(0, 10), dailyKept),
    ...firstOf(week, weeklyKept),
  ]);
  return backups.filter((backup) => kept.has(backup));
}

/** Removes backups that are not kept any more. */
export function rotate(folder: string): void {
  const backups = listBackups(folder);
  const kept = new Set(keptBackups(backups));
  for (const backup of backups) if (!kept.has(backup)) rmSync(backup.file, { force: true });
}
