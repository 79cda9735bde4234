import { z } from 'zod';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { noteDevices, sessionsWithoutDevice } from '../../../db/replica/log/history.ts';
import { entityByNumber } from '../../../db/replica/log/numbers.ts';
import { blobToId } from '../../../db/replica/rows/ids.ts';
import type { ReadableDb, WritableDb } from '../../../db/replica/sqlite/open.ts';
import { type Principal, refuseOthers } from '../../../db/replica/sync/enrol.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Unsent } from '../../../preload/contract/people.ts';
import { readSetting, writeSetting } from '../commands/settings.ts';
import { nameOf } from './row-name.ts';

const knownDeviceSchema = z.object({ id: z.uuid(), name: z.string() });

/** This laptop as the server knows it, for this file. */
export type KnownDevice = z.infer<typeof knownDeviceSchema>;

/** Rows that are named to who signs out; the rest is counted. */
const mostNamed = 12;

/** What signing in keeps in the file, for the thread that writes. */
export function accountFunctions(db: WritableDb) {
  return {
    'sync.refuseOthers': (principal: Pick<Principal, 'tenant' | 'user'>) => refuseOthers(db, principal),
    'sync.noteDevices': (devices: Readonly<Record<string, string>>) => noteDevices(db, devices),
    'sync.keepDevice': (device: KnownDevice) => writeSetting(db, 'sync-device', device),
  };
}

/** What signing in and out asks of the file. */
export function accountQuestions(db: ReadableDb) {
  return {
    'sync.device': (): KnownDevice | null =>
      knownDeviceSchema.safeParse(readSetting(db, 'sync-device')).data ?? null,
    'sync.unsent': (): Unsent => unsentOf(db),
    'sync.namelessSessions': ({ id, limit }: { id: string; limit: number }) =>
      sessionsWithoutDevice(db, id, limit),
  };
}

/** Transactions of which the server has not everything: those that wait, that were not taken, or of which something is kept here. */
export function countOnlyHere(db: ReadableDb): number {
  const kept = db.statements.value<number>(
    `SELECT count(*) FROM outbox WHERE state IN ('pending', 'in_flight') OR (withheld IS NOT NULL AND state <> 'inbox')`,
  );
  const inbox = db.statements.value<number>(
    `SELECT count(*) FROM sync_inbox WHERE state IN ('open', 'kept') AND payload IS NOT NULL`,
  );
  return (kept ?? 0) + (inbox ?? 0);
}

/** The refusal of a removal that would take more, or less, than the person has been told. */
export function notWhatWasTold(onlyHere: number): WorkbenchError {
  return new WorkbenchError(
    'not-allowed',
    `${onlyHere} changes are on this laptop only. Send them, or make a backup, or say that you give up ${onlyHere}. Nothing was removed.`,
    { onlyHere },
  );
}

/** Rows that transactions wrote which wait to be sent, the latest first. */
function unsentOf(db: ReadableDb): Unsent {
  const rows = db.statements
    .all<{ entity: number; row: Uint8Array }>(
      `SELECT log.entity, log.row FROM outbox JOIN log ON log.txn = outbox.txn
        WHERE outbox.state IN ('pending', 'in_flight') GROUP BY log.entity, log.row ORDER BY max(log.n) DESC`,
    )
    .map(({ entity, row }) => ({ entity: entityByNumber(entity), id: blobToId(row) }));
  const kinds = new Map<EntityName, number>();
  for (const { entity } of rows) kinds.set(entity, (kinds.get(entity) ?? 0) + 1);
  const named = rows
    .map(({ entity, id }) => ({ ...nameOf(db, entity, id), id }))
    .filter(({ title }) => title !== '')
    .slice(0, mostNamed);
  return {
    waiting: waitingToSend(db).count,
    onlyHere: countOnlyHere(db),
    kinds: [...kinds].map(([entity, count]) => ({ entity, rows: count })),
    rows: named,
  };
}
