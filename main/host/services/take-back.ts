import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { WipedCopy } from '../data/sync.ts';
import type { DataThreads } from '../data/threads.ts';

/** Removes the copy where the organisation takes it back; what that came to is said with the server's sentence. */
export async function takeBack(data: DataThreads, report: CycleReport): Promise<CycleReport> {
  if (report.revoked?.onRevoke !== 'wipe') return report;
  const wiped = await data.writer.call('sync.wipe', { rule: 'devices.on_revoke' });
  if (wiped.rows === 0) return report;
  return { ...report, message: `${report.message} ${sentenceOf(wiped)}` };
}

function sentenceOf({ kept, givenUp }: WipedCopy): string {
  const unsent =
    kept + givenUp === 0
      ? 'Nothing of yours was unsent.'
      : givenUp === 0
        ? `${unsentChanges(kept)} kept in the inbox, encrypted.`
        : `${unsentChanges(givenUp, 'was', 'were')} given up, because this workspace is not encrypted.`;
  return `The copy on this laptop was removed, as the organisation's policy says. ${unsent}`;
}

function unsentChanges(count: number, one = 'is', many = 'are'): string {
  return count === 1 ? `1 unsent change ${one}` : `${count} unsent changes ${many}`;
}
