import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber, entityOfNumber } from '../../core/cell-name.ts';
import { lifeOf, type RowState, valuesOf } from '../../core/row-state.ts';
import { parseScope } from '../../core/scope.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import { isOpen, mayWrite, type ScopeAccess } from './access.ts';
import { TransactionRefused } from './refusal.ts';
import { columnNumber, shownByName } from './ingress-policy.ts';
import type { Member, ScopeFacts } from './store.ts';

const [projects, members, sessions] = (['projects', 'project_members', 'research_sessions'] as const).map(
  (name) => entitySpec(name).n,
) as [number, number, number];

/** Entities whose rows decide who may do what. */
const decidesOnScopes = new Set([projects, members, sessions]);

/** The UUID of an id as the log writes it. */
export function idOfLogged(value: Json | undefined): string | null {
  if (typeof value !== 'string' || value.length !== 32) return null;
  const [a, b, c, d] = [value.slice(0, 8), value.slice(8, 12), value.slice(12, 16), value.slice(16, 20)];
  return `${a}-${b}-${c}-${d}-${value.slice(20)}`;
}

/**
 * Refuses an entry that its author may not make: outside the scopes in which the person may write, of what only a project's lead decides.
 * `row` is the row as it stands, undefined where nothing of it has arrived. A row that went elsewhere meanwhile is judged where it
 * stands: the edit follows it (P18).
 */
export function checkAccess(
  member: Member,
  access: ScopeAccess,
  sent: ExchangedEntry,
  row: RowState | undefined,
): void {
  const moved = row !== undefined && row.scope !== sent.scope;
  if (moved && row.insert === undefined) throw new TransactionRefused('SCOPE');
  const entry = moved ? { ...sent, scope: row.scope } : sent;
  if (makesScope(entry)) {
    checkNewScope(member, access, entry, row);
    return;
  }
  if (!access.isKnown(entry.scope)) throw new TransactionRefused('SCOPE');
  if (entry.op === 'insert') checkInsertedScope(entry);
  if (!mayWrite(access.of(entry.scope), entry.entity, ownerOf(entry, row))) {
    throw new TransactionRefused('FORBIDDEN');
  }
  if (decidesOnOthers(entry, access) && !access.isLead(entry.scope))
    throw new TransactionRefused('FORBIDDEN');
  if (entry.scope === 'tenant' && row !== undefined && !isOwn(member, row))
    throw new TransactionRefused('FORBIDDEN');
}

/** True for the insert of a project or a session: it makes the scope in which it stands. */
function makesScope(entry: ExchangedEntry): boolean {
  return entry.op === 'insert' && entry.scope.endsWith(entry.row);
}

function checkNewScope(
  member: Member,
  access: ScopeAccess,
  entry: ExchangedEntry,
  row: RowState | undefined,
): void {
  const { kind } = parseScope(entry.scope);
  if (entry.entity !== (kind === 'project' ? projects : sessions)) throw new TransactionRefused('SCOPE');
  if (row?.insert !== undefined || access.isKnown(entry.scope) || member.role === 'viewer') {
    throw new TransactionRefused('FORBIDDEN');
  }
  const into = projectOf(entry);
  if (into === null && access.isNarrow) throw new TransactionRefused('FORBIDDEN');
  if (into === null) return;
  if (!access.isKnown(`project:${into}`)) throw new TransactionRefused('SCOPE');
  if (access.of(`project:${into}`) !== 'write') throw new TransactionRefused('FORBIDDEN');
}

const projectColumn = columnNumber(sessions, 'project_id') ?? 0;

/** The project that an entry puts a session into, or null. */
function projectOf(entry: ExchangedEntry): string | null {
  if (entry.entity !== sessions) return null;
  if (entry.op === 'insert') return idOfLogged(entry.values[projectColumn - 1]);
  if (entry.op !== 'update') return null;
  return idOfLogged(entry.cells.find(({ cell }) => Number(cell) === projectColumn)?.value);
}

/** An insert names its scope twice, in its frame and in the column that the scope follows from: they agree. */
function checkInsertedScope(entry: ExchangedEntry & { op: 'insert' }): void {
  const name = entityOfNumber(entry.entity);
  if (name === undefined) return;
  const { scope } = entitySpec(name);
  const { kind, id } = parseScope(entry.scope);
  if (scope.by === 'column') {
    const n = columnNumber(entry.entity, scope.column);
    if (n === undefined) return;
    if (kind !== scope.kind || idOfLogged(entry.values[n - 1]) !== id) throw new TransactionRefused('SCOPE');
  } else if (scope.by === 'tenant' || scope.by === 'user') {
    if (kind !== scope.by) throw new TransactionRefused('SCOPE');
  } else if (scope.by === 'self') throw new TransactionRefused('SCOPE');
}

/** The entity that a part belongs to: an element of a set, a position, an update of a text. */
function ownerOf(entry: ExchangedEntry, row: RowState | undefined): string | undefined {
  const name = entityOfNumber(entry.entity);
  if (name === undefined || entitySpec(name).scope.by !== 'owner') return undefined;
  const owner =
    entry.op === 'insert' ? entry.values[2] : row === undefined ? null : shownByName(row, 'owner_entity');
  return typeof owner === 'string' ? owner : undefined;
}

/** True for what widens or narrows who may see a scope, and for a session's move into a project where the author may not write. */
function decidesOnOthers(entry: ExchangedEntry, access: ScopeAccess): boolean {
  if (entry.entity === members) return true;
  if (entry.op !== 'update')
    return entry.op === 'purge' && (entry.entity === projects || entry.entity === sessions);
  const columns = columnsByNumber(entry.entity);
  const written = entry.cells.map(({ cell }) => columns.get(Number(cell))?.name);
  if (entry.entity === projects) return written.includes('owner_id') || written.includes('visibility');
  if (entry.entity !== sessions) return false;
  const into = projectOf(entry);
  if (into !== null && access.of(`project:${into}`) !== 'write') throw new TransactionRefused('FORBIDDEN');
  return written.some((name) => name === 'restricted' || name === 'project_id' || name === 'local_only');
}

function isOwn(member: Member, row: RowState): boolean {
  if (member.role === 'owner' || member.role === 'admin') return true;
  return row.insert === undefined || row.writers.get(row.insert.stamp)?.author === member.user;
}

/** What a row tells about a scope, for the rest of its push; undefined for rows that decide on none. */
export function factsOf(
  row: RowState,
  member: Member,
  access: ScopeAccess,
  known: ScopeFacts | undefined,
): ScopeFacts | undefined {
  if (row.insert === undefined || row.purged || !decidesOnScopes.has(row.entity)) return undefined;
  const { known: values } = valuesOf(row);
  const column = (name: string): Json => {
    for (const [n, each] of columnsByNumber(row.entity)) if (each.name === name) return values.get(n) ?? null;
    return null;
  };
  const deleted = lifeOf(row) === 'deleted';
  if (row.entity === projects) {
    const before = known?.kind === 'project' ? known : undefined;
    const creator = before?.creator ?? member.user;
    return {
      kind: 'project',
      id: row.id,
      owner: idOfLogged(column('owner_id')),
      creator,
      deleted,
      open: isOpen(column('visibility'), column('personal') === 1),
      role: before?.role ?? null,
    };
  }
  if (row.entity === sessions) {
    const level = column('sharing_level');
    return {
      kind: 'session',
      id: row.id,
      project: idOfLogged(column('project_id')),
      creator: known?.kind === 'session' ? known.creator : member.user,
      restricted: column('restricted') === 1,
      localOnly: column('local_only') === 1,
      level: typeof level === 'string' ? level : null,
      deleted,
    };
  }
  if (row.entity !== members || idOfLogged(column('author_id')) !== member.user) return undefined;
  const project = access.project(idOfLogged(column('project_id')) ?? '');
  const role = column('role');
  return project === undefined
    ? undefined
    : { ...project, role: deleted || typeof role !== 'string' ? null : role };
}

/** Scopes whose facts a push needs: those of its entries, and projects that its sessions are put into. */
export function scopesNamed(entries: readonly ExchangedEntry[]): string[] {
  const named = new Set<string>();
  for (const entry of entries) {
    named.add(entry.scope);
    const into = projectOf(entry);
    if (into !== null) named.add(`project:${into}`);
  }
  return [...named];
}
