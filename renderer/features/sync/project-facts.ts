import type { HostClient } from '../../../preload/contract/contract.ts';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';

type Row = Awaited<ReturnType<HostClient['rows']['list']>>['rows'][number];

export type ProjectRole = keyof typeof syncWords.roles;
export type Visibility = keyof typeof syncWords.visibilities;

/** What is shown of one project: with whom it may be shared, and which of them is looking. */
export interface SharedProjectProps {
  readonly project: SharedProject;
  readonly people: Sharable['people'];
  readonly me: string;
}

/** Somebody in a project, and the row that says so. */
export interface ProjectMember {
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly role: ProjectRole;
}

/** A project as it is shared: who is in it, who else may read it, and whether this person decides on that. */
export interface SharedProject {
  readonly id: string;
  readonly name: string;
  /** The workspace's own project. It is never open to the organisation. */
  readonly personal: boolean;
  readonly visibility: Visibility;
  readonly members: readonly ProjectMember[];
  /** Its owner, who decides on it without being named among the members. */
  readonly owner: { readonly person: string; readonly name: string };
  /** Members and owner. */
  readonly headcount: number;
  /** Only its owner and its leads change who sees it; the server refuses everybody else. */
  readonly isLed: boolean;
}

export interface Sharable {
  readonly projects: readonly SharedProject[];
  readonly people: readonly { readonly id: string; readonly title: string }[];
}

function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}

function isOneOf<T extends string>(known: Readonly<Record<T, unknown>>, value: string): value is T {
  return Object.hasOwn(known, value);
}

/**
 * The projects of this file with their members, by name, the workspace's own last; and everybody whom one may share with. What was
 * written before enrolling stands under this file's own author, who is the person that is signed in.
 */
export function useSharable({ user }: SyncStatus): Sharable {
  const authors = useQuery(queries.rows('authors')).data?.rows ?? [];
  const projects = useQuery(queries.rows('projects')).data?.rows ?? [];
  const people = useQuery(queries.rows('users')).data?.rows ?? [];
  const members = useQuery(queries.rows('project_members')).data?.rows ?? [];
  const me = user ?? '';
  const persons = new Map(people.map((row) => [row.id, row]));
  const userOf = new Map(authors.map((row) => [row.id, textOf(row, 'user_id')]));
  const personOf = (author: string): string =>
    persons.has(author) ? author : userOf.get(author) || me || author;
  const nameOf = (id: string): string => {
    const person = persons.get(id);
    return textOf(person, 'full_name') || textOf(person, 'email') || syncWords.you;
  };
  const membersOf = (project: string): ProjectMember[] =>
    members
      .filter((row) => textOf(row, 'project_id') === project)
      .map((row) => {
        const person = personOf(textOf(row, 'author_id'));
        const role = textOf(row, 'role');
        return {
          id: row.id,
          person,
          name: nameOf(person),
          role: isOneOf(syncWords.roles, role) ? role : 'reader',
        };
      })
      .sort((a, b) => a.name.localeCompare(b.name));
  const shared = projects.map((row): SharedProject => {
    const within = membersOf(row.id);
    const owner = personOf(textOf(row, 'owner_id') || textOf(row, 'created_by'));
    const visibility = textOf(row, 'visibility');
    return {
      id: row.id,
      name: textOf(row, 'name'),
      personal: row['personal'] === true,
      visibility: isOneOf(syncWords.visibilities, visibility) ? visibility : 'private',
      members: within,
      owner: { person: owner, name: nameOf(owner) },
      headcount: new Set([owner, ...within.map(({ person }) => person)]).size,
      isLed: owner === me || within.some(({ person, role }) => person === me && role === 'lead'),
    };
  });
  return {
    projects: shared.sort(
      (a, b) =>
        Number(a.personal) - Number(b.personal) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1),
    ),
    people: people
      .map((row) => ({ id: row.id, title: nameOf(row.id) }))
      .sort((a, b) => Number(a.id === me) - Number(b.id === me) || a.title.localeCompare(b.title)),
  };
}
