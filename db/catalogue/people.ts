import { boolean, date, entity, id, json, oneOf, provenance, text, timestamp } from './define.ts';

/** Who wrote: a person at one laptop, an agent, or the program itself. Enrolment fills in `user_id`. */
export const authors = entity({
  n: 1,
  id: { kind: 'v7' },
  scope: { by: 'tenant' },
  writtenBy: 'program',
  columns: {
    ...provenance,
    kind: oneOf(3, 'once', 'open', ['person', 'agent', 'program'], { required: true }),
    name: text(4, 'register', 'personal'),
    user_id: id(5, 'register', 'open', { references: 'users' }),
    agent_version: text(6, 'once', 'open'),
  },
});

/** The tenant's people as the server names them. */
export const users = entity({
  n: 2,
  label: 'U',
  id: { kind: 'v7' },
  scope: { by: 'tenant' },
  writtenBy: 'server',
  columns: {
    ...provenance,
    email: text(3, 'register', 'personal'),
    username: text(4, 'register', 'personal'),
    full_name: text(5, 'register', 'personal'),
    role: oneOf(6, 'register', 'open', ['owner', 'admin', 'analyst', 'viewer', 'api_client']),
    status: oneOf(7, 'register', 'open', ['active', 'inactive', 'suspended', 'pending']),
    preferences: json(8, 'map', 'personal'),
    avatar: text(9, 'register', 'personal'),
    orcid: text(10, 'register', 'personal'),
    last_login: timestamp(11, 'register', 'personal'),
  },
});

/** What sessions, members, libraries and graphs belong to. A Personal project is minted with the workspace. */
export const projects = entity({
  n: 3,
  label: 'P',
  id: { kind: 'v7' },
  scope: { by: 'self', kind: 'project' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    name: text(3, 'register', 'internal', { search: 'title' }),
    slug: text(4, 'register', 'internal'),
    description: text(5, 'register', 'internal', { search: 'body' }),
    status: oneOf(6, 'register', 'open', ['active', 'completed', 'archived'], {
      default: 'active',
      transitions: {
        active: ['completed', 'archived'],
        completed: ['active', 'archived'],
        archived: ['active'],
      },
    }),
    visibility: oneOf(7, 'register', 'open', ['private', 'internal', 'public'], { default: 'private' }),
    owner_id: id(8, 'register', 'open', { references: 'authors' }),
    settings: json(9, 'map', 'internal', { default: {} }),
    quotas: json(10, 'map', 'internal', { default: {} }),
    metadata: json(11, 'map', 'internal', { default: {} }),
    archived_at: timestamp(12, 'register', 'open'),
    personal: boolean(13, 'once', 'open', { default: false }),
  },
});

/** One person in one project. The id is derived, so that two laptops that add the same person agree. */
export const project_members = entity({
  n: 4,
  id: { kind: 'v5', key: ['project_id', 'author_id'], withScope: false },
  scope: { by: 'column', kind: 'project', column: 'project_id' },
  writtenBy: 'people',
  columns: {
    ...provenance,
    project_id: id(3, 'once', 'open', { references: 'projects', required: true }),
    author_id: id(4, 'once', 'open', { references: 'authors', required: true }),
    role: oneOf(5, 'register', 'open', ['lead', 'editor', 'reviewer', 'reader'], { default: 'reader' }),
    permissions: json(6, 'map', 'internal', { default: {} }),
    until: date(7, 'register', 'open'),
  },
});
