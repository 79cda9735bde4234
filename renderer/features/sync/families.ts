import type { SyncScope } from '../../../preload/contract/sync.ts';

/** A project with its sessions; null stands for sessions whose project is not to be read. */
export interface Family {
  readonly project: SyncScope | null;
  readonly sessions: readonly SyncScope[];
}

function byName(a: SyncScope, b: SyncScope): number {
  return (a.name ?? '').localeCompare(b.name ?? '') || (a.id < b.id ? -1 : 1);
}

/** Projects by name, each with its sessions by name; what has no project that one may read stands last. */
export function familiesOf(scopes: readonly SyncScope[]): readonly Family[] {
  const sessions = scopes.filter(({ kind }) => kind === 'session').sort(byName);
  const projects = scopes.filter(({ kind }) => kind === 'project').sort(byName);
  const families = projects.map((project): Family => ({
    project,
    sessions: sessions.filter(({ projectId }) => projectId === project.id),
  }));
  const known = new Set(projects.map(({ id }) => id));
  const alone = sessions.filter(({ projectId }) => projectId === null || !known.has(projectId));
  return alone.length === 0 ? families : [...families, { project: null, sessions: alone }];
}
