import type { Status } from '../../../preload/contract/governance.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { HostService } from '../rpc/service.ts';
import { version } from '../version.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Backups and diagnostics. */
export function careServices(
  manager: WorkspaceManager,
  status: () => Promise<Status>,
): Pick<HostService, 'backups' | 'diagnostics'> {
  const writer = () => manager.session().data.writer;
  return {
    backups: {
      list: () => writer().call('backup.list', undefined),
      create: ({ file }) => writer().call('backup.create', file),
      verify: ({ file }) => writer().call('backup.verify', file),
      restore: ({ file, into }) => manager.restoreBackup(file, into),
    },
    diagnostics: {
      status,
      doctor: async ({ reindex }) => {
        if (reindex) await writer().call('indexes.rebuild', undefined);
        return writer().call('doctor.examine', undefined);
      },
      report: async () => {
        const open = manager.openSession;
        if (open === null)
          throw new WorkbenchError('workspace-missing', 'No workspace is open to report on.');
        const [{ mode, activity }, sizes] = await Promise.all([
          status(),
          open.data.writer.call('workspace.sizes', undefined),
        ]);
        const facts = {
          version,
          mode,
          system: `${process.platform} ${process.arch}`,
          node: process.version,
          encrypted: open.dataKey !== null,
          activity,
          sizes,
        };
        return { text: `${JSON.stringify(facts, null, 2)}\n${manager.recentLog()}` };
      },
    },
  };
}
