import { expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { updateRow } from '../../../db/replica/rows/write.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { chooseScopes, pinSession, takenAlong } from '../../../main/host/data/sync-scopes.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { type Answer, sync, withDevices } from '../../helpers/devices.ts';
import { addEvidence, addSession } from '../../helpers/replica.ts';

const scopesOf = ({ replica }: OpenWorkspace) =>
  Object.fromEntries(takenAlong(replica.db).scopes.map(({ id, state }) => [id, state]));
const cursorsOf = ({ replica }: OpenWorkspace) => readCursors(replica.db).map(({ scope }) => scope);
const sessionName = (id: Id) => ({ kind: 'session', id }) as const;

test('[P20] everything comes until something is let go; what was let go is offered, and comes again when it is taken', () => {
  withDevices((a, b, server) => {
    const answer: Answer = (call, text) => server.answer(call, text);
    const [kept, gone] = [addSession(a, 'kept'), addSession(a, 'gone')];
    const evidence = addEvidence(a, gone, 'SECRET found');
    expect(scopesOf(a)[gone]).toBe('only-here');
    expect(() => chooseScopes(a.replica, { leave: [sessionName(gone)] })).toThrow('nothing of this yet');
    for (let at = 0; at < 2; at += 1) for (const each of [a, b]) sync(each, answer);
    expect([scopesOf(b)[kept], scopesOf(b)[gone]]).toEqual(['here', 'here']);
    const changes = chooseScopes(b.replica, { leave: [sessionName(gone)] });
    expect(changes.map(({ id }) => id)).toContain(evidence);
    expect(getRow(b.replica.db, 'evidence', evidence)).toBeUndefined();
    expect(b.replica.db.statements.value(`SELECT count(*) FROM log WHERE cols LIKE '%SECRET%'`)).toBe(0);
    sync(b, answer);
    expect(scopesOf(b)[gone]).toBe('offered');
    expect(cursorsOf(b)).not.toContain(`session:${gone}`);
    expect(getRow(a.replica.db, 'evidence', evidence)).toMatchObject({ title: 'SECRET found' });
    chooseScopes(b.replica, { take: [sessionName(gone)] });
    expect(scopesOf(b)[gone]).toBe('coming');
    sync(b, answer);
    expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({ title: 'SECRET found' });
    expect(listInbox(b.replica.db)).toEqual([]);
  });
});

test('[P20] what is let go stays whole until what was written here has been sent', () => {
  withDevices((a, b, server) => {
    const answer: Answer = (call, text) => server.answer(call, text);
    const session = addSession(a);
    const evidence = addEvidence(a, session, 'first');
    for (let at = 0; at < 2; at += 1) for (const each of [a, b]) sync(each, answer);
    transact(b.replica, { command: 'edit' }, (tx) =>
      updateRow(tx, 'evidence', evidence, { title: 'unsent' }),
    );
    chooseScopes(b.replica, { leave: [sessionName(session)] });
    const item = takenAlong(b.replica.db).scopes.find(({ id }) => id === session);
    expect(item).toMatchObject({ state: 'leaving', holding: 'unsent', unsent: 1 });
    expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({ title: 'unsent' });
    sync(b, answer);
    sync(b, answer);
    expect(scopesOf(b)[session]).toBe('offered');
    expect(getRow(b.replica.db, 'evidence', evidence)).toBeUndefined();
    expect([waitingToSend(b.replica.db).count, listInbox(b.replica.db)]).toEqual([0, []]);
    sync(a, answer);
    expect(getRow(a.replica.db, 'evidence', evidence)).toMatchObject({ title: 'unsent' });
  });
});

test('[P20] what a policy keeps on this laptop alone is never let go with its session', () => {
  withDevices((a, _, server) => {
    const policy = privacySettingsSchema.parse({ classes: { content: { sync: 'withhold' } } });
    server.settings = policy;
    const answer: Answer = (call, text) => server.answer(call, text);
    const session = addSession(a);
    const evidence = addEvidence(a, session, 'only here');
    for (let at = 0; at < 3; at += 1) sync(a, answer, policy);
    chooseScopes(a.replica, { leave: [sessionName(session)] });
    sync(a, answer, policy);
    const item = takenAlong(a.replica.db).scopes.find(({ id }) => id === session);
    expect(item).toMatchObject({ state: 'leaving', holding: 'only-here' });
    expect(getRow(a.replica.db, 'evidence', evidence)).toMatchObject({ title: 'only here' });
  });
});

test('[P20] new sessions are only offered where the person says so; their own stay; the workspace’s project does not go', () => {
  withDevices((a, b, server) => {
    const answer: Answer = (call, text) => server.answer(call, text);
    chooseScopes(b.replica, { everything: false });
    const theirs = addSession(a, 'of A');
    const own = addSession(b, 'of B');
    for (let at = 0; at < 2; at += 1) for (const each of [a, b]) sync(each, answer);
    expect(scopesOf(b)).toMatchObject({ [theirs]: 'offered', [own]: 'here' });
    expect(getRow(b.replica.db, 'research_sessions', theirs)).toBeUndefined();
    const personal = readMeta(b.replica.db, 'personal-project') ?? '';
    expect(() => chooseScopes(b.replica, { leave: [{ kind: 'project', id: personal }] })).toThrow(
      'own project',
    );
    pinSession(b.replica, { sessionId: own, pinned: true });
    expect(takenAlong(b.replica.db).scopes.find(({ id }) => id === own)?.pinned).toBe(true);
    expect(() => pinSession(b.replica, { sessionId: theirs, pinned: true })).toThrow('not on this laptop');
  });
});
