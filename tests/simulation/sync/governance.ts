import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import type { Chance } from './chance.ts';
import type { Device } from './device.ts';
import type { ModelTenant } from './model-tenant.ts';
import { people } from './people.ts';

/** The project's lead lets somebody in, takes somebody out, or changes what somebody may do. Answers with what happened. */
export function changeAccess(
  lead: Device | undefined,
  project: string,
  chance: Chance,
): ('access granted' | 'access taken')[] {
  if (lead === undefined) return [];
  const members = listRows(lead.replica.db, 'project_members', { orderBy: 'project_members.id' }).filter(
    (each) => each.project_id === project,
  );
  const member = chance.pick(members);
  const isIn = members.some((each) => each.author_id === people.cyd);
  return transact(lead.replica, { command: 'share' }, (tx): ('access granted' | 'access taken')[] => {
    if (!isIn && chance.hits(0.5)) {
      insertRow(tx, 'project_members', { project_id: project, author_id: people.cyd, role: 'editor' });
      return ['access granted'];
    }
    if (member === undefined) return [];
    if (chance.hits(0.5)) {
      removeRow(tx, 'project_members', member.id);
      return ['access taken'];
    }
    const role = chance.pick(['reader', 'editor', 'reviewer'] as const) ?? 'reader';
    updateRow(tx, 'project_members', member.id, { role });
    return [];
  }).result;
}

/** The lead takes a person out of a project. False where they are not in it. */
export function takeOut(lead: Device, project: string, author_id: string): boolean {
  const members = listRows(lead.replica.db, 'project_members', { orderBy: 'project_members.id' });
  const member = members.find((each) => each.project_id === project && each.author_id === author_id);
  if (member === undefined) return false;
  transact(lead.replica, { command: 'share' }, (tx) => removeRow(tx, 'project_members', member.id));
  return true;
}

/** The lead lets a person into a project. */
export function letIn(lead: Device, project_id: string, author_id: string): void {
  transact(lead.replica, { command: 'share' }, (tx) =>
    insertRow(tx, 'project_members', { project_id, author_id, role: 'editor' }),
  );
}

/** The organisation keeps content off its server from now on, or lets it in again; every scope is opened anew. */
export function changePolicy(tenant: ModelTenant, chance: Chance): 'policy tightened' | 'policy loosened' {
  const tight = chance.hits(0.5);
  const settings = tight ? { classes: { content: { sync: 'withhold' } } } : {};
  tenant.policy = {
    version: tenant.policy.version + 1,
    settings: privacySettingsSchema.parse(settings) as unknown as ModelTenant['policy']['settings'],
  };
  for (const scope of new Set([...tenant.rows.values()].map((row) => row.scope))) {
    const kept = tenant.scopes.get(scope) ?? { scopeEpoch: 0, floor: 0n };
    tenant.scopes.set(scope, { ...kept, scopeEpoch: kept.scopeEpoch + 1 });
  }
  return tight ? 'policy tightened' : 'policy loosened';
}

/** The lead puts a session into another of its projects: who may read it changes, and its documents go with it. */
export function moveSession(lead: Device | undefined, projects: readonly string[], chance: Chance): boolean {
  if (lead === undefined) return false;
  const sessions = listRows(lead.replica.db, 'research_sessions', { orderBy: 'research_sessions.id' });
  const session = chance.pick(sessions.filter(({ local_only }) => local_only !== true));
  const project_id = chance.pick(projects);
  if (session === undefined || project_id === undefined || session.project_id === project_id) return false;
  transact(lead.replica, { command: 'move' }, (tx) =>
    updateRow(tx, 'research_sessions', session.id, { project_id }),
  );
  return true;
}
