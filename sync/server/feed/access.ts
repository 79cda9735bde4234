import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { parseScope } from '../../core/scope.ts';
import type { Member, ScopeFacts } from './store.ts';

/** What a person may do in a scope. `review`: notes and judgements may be written, nothing else. */
export type Access = 'none' | 'read' | 'review' | 'write';

type ProjectFacts = Extract<ScopeFacts, { kind: 'project' }>;
type SessionFacts = Extract<ScopeFacts, { kind: 'session' }>;

const byRole: Readonly<Record<string, Access>> = {
  lead: 'write',
  editor: 'write',
  reviewer: 'review',
  reader: 'read',
};

/**
 * Who may do what, from the facts of one snapshot. The tenant's scope is every member's, a user's scope its own; a project is its
 * owner's and its members' by their roles, and one that is open every member's to read; a role in the tenant opens none. A session
 * follows its project, unless it is restricted: then it is its maker's and the project's leads'. A viewer of the tenant writes nothing.
 */
export class ScopeAccess {
  readonly #member: Member;
  readonly #only: string | undefined;
  #projects = new Map<string, ProjectFacts>();
  #sessions = new Map<string, SessionFacts>();

  /** `only`: the one project that is to be reached, where a project's key asks. */
  constructor(member: Member, facts: readonly ScopeFacts[], only?: string) {
    this.#member = member;
    this.#only = only;
    for (const each of facts) this.learn(each);
  }

  /** Takes a fact in, in the place of what was known of that project or session. */
  learn(facts: ScopeFacts): void {
    if (facts.kind === 'project') this.#projects.set(facts.id, facts);
    else this.#sessions.set(facts.id, facts);
  }

  /** Remembers what is known now; the answer takes back what was learned since. */
  save(): () => void {
    const [projects, sessions] = [new Map(this.#projects), new Map(this.#sessions)];
    return () => {
      this.#projects = projects;
      this.#sessions = sessions;
    };
  }

  project(id: string): ProjectFacts | undefined {
    return this.#projects.get(id);
  }

  session(id: string): SessionFacts | undefined {
    return this.#sessions.get(id);
  }

  /** True where the project or session is there, or the scope needs neither. */
  isKnown(scope: string): boolean {
    const { kind, id } = parseScope(scope);
    if (kind === 'project') return this.#projects.has(id);
    return kind === 'session' ? this.#sessions.has(id) : true;
  }

  of(scope: string): Access {
    const { kind, id } = parseScope(scope);
    const access = this.#narrowed(kind, id);
    return this.#member.role === 'viewer' && access !== 'none' ? 'read' : access;
  }

  /** True where the person made a scope or has a role in its project, rather than reading it because it is open to the organisation. */
  hasPart(scope: string): boolean {
    const { kind, id } = parseScope(scope);
    if (kind === 'project') return this.#hasRole(this.#projects.get(id));
    if (kind !== 'session') return this.of(scope) !== 'none';
    const session = this.#sessions.get(id);
    if (session === undefined || this.of(scope) === 'none') return false;
    return session.creator === this.#member.user || this.#hasRole(this.#projects.get(session.project ?? ''));
  }

  /** True for those who see what only a session's or project's lead may see. */
  isLead(scope: string): boolean {
    const { kind, id } = parseScope(scope);
    if (kind === 'project') return this.#leads(this.#projects.get(id));
    if (kind !== 'session') return true;
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    return session.creator === this.#member.user || this.#leads(this.#projects.get(session.project ?? ''));
  }

  /** True for a project's key: it makes no projects, and sessions in its own only. */
  get isNarrow(): boolean {
    return this.#only !== undefined;
  }

  /** What a project's key reaches: its project, the sessions in it, and the names of people. */
  #narrowed(kind: string, id: string): Access {
    const access = this.#unlimited(kind, id);
    if (this.#only === undefined) return access;
    if (kind === 'tenant') return 'read';
    const project = kind === 'project' ? id : kind === 'session' ? this.#sessions.get(id)?.project : null;
    return project === this.#only ? access : 'none';
  }

  #unlimited(kind: string, id: string): Access {
    if (kind === 'tenant') return 'write';
    if (kind === 'user') return id === this.#member.user ? 'write' : 'none';
    if (kind === 'project') return this.#inProject(this.#projects.get(id));
    const session = this.#sessions.get(id);
    if (session === undefined) return 'none';
    const project = this.#projects.get(session.project ?? '');
    const inProject = this.#inProject(project);
    if (session.creator === this.#member.user && (project === undefined || this.#hasRole(project)))
      return 'write';
    return session.restricted && !this.#leads(project) ? 'none' : inProject;
  }

  #inProject(project: ProjectFacts | undefined): Access {
    if (project === undefined) return 'none';
    if (this.#leads(project)) return 'write';
    return byRole[project.role ?? ''] ?? (project.open ? 'read' : 'none');
  }

  #hasRole(project: ProjectFacts | undefined): boolean {
    return this.#leads(project) || (project?.role ?? null) !== null;
  }

  #leads(project: ProjectFacts | undefined): boolean {
    if (project === undefined) return false;
    const owner = project.owner ?? project.creator;
    return owner === this.#member.user || project.role === 'lead';
  }
}

const reviewed = new Set([entitySpec('annotations').n, entitySpec('judgements').n]);
const serverOnly = new Set([entitySpec('users').n]);

/** True where a person of this access may write rows of an entity. `owner`: the entity of the row that it belongs to. */
export function mayWrite(access: Access, entity: number, owner: string | undefined): boolean {
  if (serverOnly.has(entity)) return false;
  if (access === 'write') return true;
  return access === 'review' && (reviewed.has(entity) || owner === 'annotations');
}

/** Whether every member of the organisation may read a project. */
export function isOpen(visibility: Json, personal: boolean): boolean {
  return (visibility === 'internal' || visibility === 'public') && !personal;
}
