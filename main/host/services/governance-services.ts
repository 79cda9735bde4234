import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Destination } from '../../../preload/contract/governance.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { policyFrom } from '../../outbound/gate.ts';
import type { Elsewhere } from '../../outbound/leaving.ts';
import { defaultSettings } from '../commands/settings.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

const destinationOf: Readonly<Record<Destination, Elsewhere>> = {
  export: 'export',
  models: 'models_remote',
  fetch: 'fetch',
  mcp: 'mcp',
  analytics: 'analytics',
};

/** Privacy and settings. */
export function governanceServices(manager: WorkspaceManager): Pick<HostService, 'privacy' | 'settings'> {
  const session = () => manager.session();
  return {
    privacy: {
      policy: async () => {
        const stored = await session().data.lists.call('settings.privacy', undefined);
        return { settings: policyFrom(stored) as unknown as never, source: 'own' };
      },
      setPolicy: async ({ settings }) => {
        const parsed = privacySettingsSchema.safeParse(settings);
        if (!parsed.success) throw new WorkbenchError('invalid-input', policyProblem(parsed.error.issues[0]));
        await session().data.writer.call('settings.privacy', parsed.data);
        // What was kept back may leave now, and what waits may not any more: the queue is made anew.
        await session().model.changed();
        return {
          settings: parsed.data as unknown as never,
          sentence: 'The privacy settings hold from now on.',
        };
      },
      leaving: async ({ to, sessionId, limit }) => {
        const policy = await session().data.lists.call('settings.held', Date.now());
        return session().data.lists.call('privacy.leaving', {
          policy,
          destination: destinationOf[to],
          sessionId,
          limit,
        });
      },
      receipts: async ({ limit }) => {
        const receipts = await session().data.lists.call('receipts.list', { limit });
        return receipts.map((receipt) => ({
          ...receipt,
          sentence: `${receipt.rows} to ${receipt.destination}: ${Object.values(receipt.subject).join(' ')}`,
        }));
      },
    },
    settings: {
      get: async () => {
        const open = manager.openSession;
        return open === null ? defaultSettings : open.data.lists.call('settings.preferences', undefined);
      },
      set: async (patch) => {
        const next = await session().data.writer.call('settings.preferences', patch);
        if (patch.embedding !== undefined) await session().model.changed();
        return next;
      },
      setEndpointKey: async ({ key }) => {
        const { data, dataKey, model } = session();
        if (dataKey === null) throw new WorkbenchError('not-allowed', unprotectedKey);
        await data.writer.call('settings.endpointKey', key);
        await model.changed();
      },
    },
  };
}

const unprotectedKey =
  'The key would stand unprotected in a workspace that is not encrypted, so it was not stored. Encrypt the workspace first, or give the key in the environment variable WORKBENCH_EMBEDDING_KEY.';

function policyProblem(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const path = issue?.path.map(String).join('.') ?? '';
  return `The privacy settings are not understood at "${path}": ${issue?.message ?? ''} Nothing was changed.`;
}
