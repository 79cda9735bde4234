import { resolve } from 'node:path';
import type { Json } from '../../../db/catalogue/types.ts';
import { writeFileDurably } from '../../../db/replica/files/write-durably.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { privacySettingsSchema, type PolicyDestination } from '../../../sync/core/privacy-settings.ts';
import { type Filter, toJson, toMarkdown } from '../../export/session.ts';
import { type Gate, marker, policyFrom, rulingOn } from '../../outbound/gate.ts';
import { aboutOf } from '../../outbound/leaving.ts';
import { defaultSettings } from '../commands/settings.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

const destinationOf: Readonly<Record<string, PolicyDestination>> = {
  sync: 'sync',
  export: 'export',
  models: 'models_remote',
  fetch: 'fetch',
  mcp: 'mcp',
  analytics: 'analytics',
};

/** Privacy, exports and settings. */
export function governanceServices(
  manager: WorkspaceManager,
): Pick<HostService, 'privacy' | 'exports' | 'settings'> {
  const session = () => manager.session();
  return {
    privacy: {
      policy: async () => {
        const { policy } = await session().outbound.gate();
        return { settings: policy as unknown as never, source: 'own' };
      },
      setPolicy: async ({ settings }) => {
        const parsed = privacySettingsSchema.safeParse(settings);
        if (!parsed.success) throw new WorkbenchError('invalid-input', policyProblem(parsed.error.issues[0]));
        await session().data.writer.call('settings.privacy', parsed.data);
        return {
          settings: parsed.data as unknown as never,
          sentence: 'The privacy settings hold from now on.',
        };
      },
      leaving: async ({ to, sessionId, limit }) => {
        const stored = await session().data.lists.call('settings.privacy', undefined);
        const destination = destinationOf[to] ?? 'analytics';
        return session().data.lists.call('privacy.leaving', {
          policy: policyFrom(stored),
          destination,
          sessionId,
          limit,
        });
      },
      receipts: async ({ limit }) => {
        const receipts = await session().data.lists.call('receipts.list', { limit });
        return receipts.map(({ subject, ...receipt }) => ({
          ...receipt,
          sentence: `${receipt.rows} to ${receipt.destination}: ${Object.values(subject).join(' ')}`,
        }));
      },
    },
    exports: {
      session: async ({ sessionId, format, out }) => {
        const { data, outbound } = session();
        const gate = await outbound.gate();
        const exported = await data.lists.call('export.session', { sessionId });
        const { filter, withheld } = filterBy(gate, { ...exported.session });
        const at = new Date().toISOString();
        const text = format === 'md' ? toMarkdown(exported, filter) : toJson(exported, filter, at);
        const rows = Object.values(exported.rows).reduce((sum, list) => sum + list.length, 0);
        await gate.exported(sessionId, format, rows, 'export');
        const name = `${exported.name}.${format}`;
        if (out === undefined) {
          return { file: null, name, data: new Blob([text], { type: 'text/plain' }), withheld: withheld() };
        }
        const file = resolve(out);
        writeFileDurably(file, text);
        return { file, name, data: null, withheld: withheld() };
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
      setEndpointKey: ({ key }) => session().data.writer.call('settings.endpointKey', key),
    },
  };
}

/** The gate's word on each value of an export. Withheld values are left out and counted; redacted ones leave a marker. */
function filterBy(
  gate: Gate,
  session: Readonly<Record<string, unknown>>,
): { filter: Filter; withheld: () => number } {
  let count = 0;
  const filter = (
    entity: EntityName,
    column: string,
    value: unknown,
    row: Readonly<Record<string, unknown>>,
  ) => {
    const about = aboutOf({ ...row, sharing_level: row['sharing_level'] ?? session['sharing_level'] });
    const { decision, rule } = rulingOn(gate.policy, entity, column, about, 'export');
    if (decision === 'allow') return value as Json;
    if (value !== null && value !== undefined) count += 1;
    return decision === 'redact' ? marker(gate.policy, rule) : undefined;
  };
  return { filter, withheld: () => count };
}

function policyProblem(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const path = issue?.path.map(String).join('.') ?? '';
  return `The privacy settings are not understood at "${path}": ${issue?.message ?? ''} Nothing was changed.`;
}
