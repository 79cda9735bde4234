import { join } from 'node:path';
import { createBackup, verifyBackup } from '../../../db/replica/care/backup.ts';
import { cleanNextBackup } from '../../../db/replica/care/clean-backups.ts';
import { examine } from '../../../db/replica/care/doctor.ts';
import { backupName, isBackupDue, listBackups, rotate } from '../../../db/replica/care/rotation.ts';
import { replayRemote } from '../../../db/replica/exchange/replay.ts';
import { listRows } from '../../../db/replica/rows/read.ts';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { trashWindow } from '../../../db/queries/trash.ts';
import { type Done, purgeRows } from '../commands/edits.ts';
import type { Outcome } from '../../../preload/contract/shapes.ts';
import { readPreferences } from '../commands/settings.ts';

/** Backups, examination and retention of an open workspace, by name. */
export function careFunctions(workspace: OpenWorkspace, finish: (done: Done<Outcome>) => Outcome) {
  const { layout, replica, dataKey } = workspace;
  const backUp = (file: string) => {
    const made = createBackup(workspace, file, readMeta(replica.db, 'name') ?? '');
    const problems = verifyBackup(file, dataKey, layout.temporary);
    if (problems.length === 0) return made;
    throw new WorkbenchError(
      'workspace-damaged',
      `The backup was made and is not whole. ${problems.join(' ')}`,
    );
  };
  return {
    'backup.list': () => listedBackups(layout.backups),
    'backup.create': (file: string | undefined) =>
      backUp(file ?? join(layout.backups, backupName(new Date(replica.now())))),
    'backup.verify': (file: string) => {
      const problems = verifyBackup(file, dataKey, layout.temporary);
      return { ok: problems.length === 0, problems };
    },
    /** The daily backup, where it is due: made, opened to verify it, and the oldest ones let go. */
    'backup.daily': () => {
      const now = new Date(replica.now());
      if (!readPreferences(replica.db).dailyBackup || !isBackupDue(listBackups(layout.backups), now))
        return null;
      const made = backUp(join(layout.backups, backupName(now)));
      rotate(layout.backups);
      return made;
    },
    /** Takes what was erased here out of one earlier backup that still has it. False where none has. */
    'backup.cleanNext': () => cleanNextBackup(workspace) !== null,
    /** Ends what has been in the trash longer than the settings say. Returns how many rows that were. */
    'trash.sweep': () => {
      const before = new Date(
        replica.now() - readPreferences(replica.db).trashDays * 86_400_000,
      ).toISOString();
      const old = trashWindow(replica.db, 0, mostSwept).rows.filter((row) => row.deletedAt < before);
      for (const { entity, id } of old) {
        // A row that went with an earlier one of this sweep is not there any more.
        if (isInTrash(entity, id)) finish(purgeRows(workspace, { entity, ids: [id] }));
      }
      return old.length;
    },
    'doctor.examine': () => {
      const { ok, problems, counts } = examine(workspace, replayRemote);
      return { ok, problems: [...problems], counts: { ...counts } };
    },
  };

  function isInTrash(entity: EntityName, id: string): boolean {
    return (
      listRows(replica.db, entity, {
        trash: true,
        where: `${entity}.id = unhex(?)`,
        values: [id.replaceAll('-', '')],
      }).length > 0
    );
  }
}

/** The backups in a workspace's own folder, each verified when it was made. */
export function listedBackups(folder: string) {
  return listBackups(folder).map((backup) => ({ ...backup, verified: true, kind: 'daily' }));
}

/** Most rows that one sweep ends, so that the writer is not held up. */
const mostSwept = 500;
