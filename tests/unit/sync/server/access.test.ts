import { expect, test } from 'vitest';
import { entitySpec } from '../../../../db/catalogue/catalogue.ts';
import { type Access, isOpen, mayWrite, ScopeAccess } from '../../../../sync/server/feed/access.ts';
import type { ScopeFacts } from '../../../../sync/server/feed/store.ts';

const [ada, ben, project, session] = [1, 2, 3, 4].map((n) => `00000000-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
  string,
];

function access(
  role: string | null,
  sessionFacts: Partial<Extract<ScopeFacts, { kind: 'session' }>> = {},
  tenantRole = 'analyst',
  open = false,
): ScopeAccess {
  return new ScopeAccess({ user: ben, role: tenantRole }, [
    { kind: 'project', id: project, owner: ada, creator: ada, deleted: false, open, role },
    {
      kind: 'session',
      id: session,
      project,
      creator: ada,
      restricted: false,
      localOnly: false,
      level: null,
      deleted: false,
      ...sessionFacts,
    },
  ]);
}

test('[P10] a session follows its project, and a restricted one is its maker’s and the leads’', () => {
  const inSession = (role: string | null, facts = {}) => access(role, facts).of(`session:${session}`);
  expect(['lead', 'editor', 'reviewer', 'reader', null].map((role) => inSession(role))).toEqual<Access[]>([
    'write',
    'write',
    'review',
    'read',
    'none',
  ]);
  expect(inSession('editor', { restricted: true })).toBe('none');
  expect(inSession('lead', { restricted: true })).toBe('write');
  expect(inSession('editor', { restricted: true, creator: ben })).toBe('write');
  expect(inSession(null, { creator: ben })).toBe('none');
  expect(inSession('editor', { project: null })).toBe('none');
  expect(inSession(null, { project: null, creator: ben })).toBe('write');
});

test('[P10] an open project is every member’s to read, and what it says of its own people holds above that', () => {
  const open = (role: string | null, facts = {}) => access(role, facts, 'analyst', true);
  expect(open(null).of(`project:${project}`)).toBe('read');
  expect(open(null).of(`session:${session}`)).toBe('read');
  expect(open('editor').of(`session:${session}`)).toBe('write');
  expect(open(null, { restricted: true }).of(`session:${session}`)).toBe('none');
  expect(open(null, { creator: ben }).of(`session:${session}`)).toBe('read');
  expect([open(null), open('reader')].map((each) => each.hasPart(`session:${session}`))).toEqual([
    false,
    true,
  ]);
  expect(isOpen('internal', true)).toBe(false);
});

test('[P10] roles in the tenant open no project; a viewer writes nothing', () => {
  expect(access(null, {}, 'owner').of(`project:${project}`)).toBe('none');
  expect(access('lead', {}, 'viewer').of(`project:${project}`)).toBe('read');
  expect(access(null).of(`user:${ada}`)).toBe('none');
  expect(access(null).of(`user:${ben}`)).toBe('write');
  expect(access(null).of('tenant')).toBe('write');
  expect(access('reader').of(`session:${ada}`)).toBe('none');
});

test('[P10] a reviewer writes notes and judgements; nobody writes what is the server’s', () => {
  const n = (name: Parameters<typeof entitySpec>[0]) => entitySpec(name).n;
  expect(mayWrite('review', n('annotations'), undefined)).toBe(true);
  expect(mayWrite('review', n('text_updates'), 'annotations')).toBe(true);
  expect(mayWrite('review', n('text_updates'), 'evidence')).toBe(false);
  expect(mayWrite('review', n('evidence'), undefined)).toBe(false);
  expect(mayWrite('write', n('users'), undefined)).toBe(false);
  expect(mayWrite('write', n('evidence'), undefined)).toBe(true);
});
