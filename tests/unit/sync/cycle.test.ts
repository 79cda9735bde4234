import { describe, expect, test } from 'vitest';
import { updateRow } from '../../../db/replica/rows/write.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { InputError } from '../../../db/replica/rows/input-error.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { faster, firstPace, slower, waitAfter } from '../../../sync/client/pace.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';
import { cycle } from '../../../sync/client/cycle.ts';
import { protocolVersion } from '../../../sync/protocol/messages.ts';
import { readPush } from '../../../sync/protocol/push-lines.ts';
import { type Answer, deviceUser as user, storeOf, sync, withDevices } from '../../helpers/devices.ts';
import { addEvidence, addSession } from '../../helpers/replica.ts';
import { drive, TinyServer } from '../../helpers/tiny-server.ts';

describe('a cycle', () => {
  test('sends what waits, takes what is new, and leaves nothing to do', () => {
    withDevices((a, b, server) => {
      const session = addSession(a, 'of A');
      const evidence = addEvidence(a, session, 'found by A');
      const answer: Answer = (call, text) => server.answer(call, text);
      expect(sync(a, answer)).toMatchObject({ end: 'done', again: false });
      expect(waitingToSend(a.replica.db).count).toBe(0);
      sync(b, answer);
      sync(b, answer);
      expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({
        title: 'found by A',
        created_by: b.replica.author,
      });
      expect(sync(a, answer)).toMatchObject({ end: 'done', pushed: 0 });
    });
  });

  test('[P10] somebody who may only read takes what is new; what they did waits, and goes out once they may write', () => {
    withDevices((a, b, server) => {
      const answer: Answer = (call, text) => server.answer(call, text);
      const evidence = addEvidence(a, addSession(a, 'of A'), 'found by A');
      sync(a, answer);
      addSession(b, 'of B');
      const waiting = waitingToSend(b.replica.db).count;
      const body = { code: 'FORBIDDEN', message: 'no', details: { needs: 'write' } };
      const reading: Answer = (call, text) =>
        call === 'push' ? { status: 403, text: JSON.stringify(body) } : answer(call, text);
      sync(b, reading);
      const report = sync(b, reading);
      expect(report).toMatchObject({ end: 'done', again: false, pushed: 0 });
      expect(report.message).toContain('a role that writes');
      expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({ title: 'found by A' });
      expect(waitingToSend(b.replica.db).count).toBe(waiting);
      expect(sync(b, answer)).toMatchObject({ end: 'done', message: '' });
      expect(waitingToSend(b.replica.db).count).toBe(0);
      // Another refusal of a push is still one.
      addSession(b, 'more of B');
      const other = { ...body, details: {} };
      const refusing: Answer = (call, text) =>
        call === 'push' ? { status: 403, text: JSON.stringify(other) } : answer(call, text);
      expect(sync(b, refusing).end).toBe('refused');
    });
  });

  test.each([
    ['P9', 'cut', (page: string) => page.slice(0, -20)],
    ['P16', 'altered in a value', (page: string) => page.replace('found', 'fouud')],
  ])('[%s] a page that is %s moves no cursor, and the next cycle goes on', (_rule, _how, spoil) => {
    withDevices((a, b, server) => {
      const evidence = addEvidence(a, addSession(a), 'found');
      const answer: Answer = (call, text) => server.answer(call, text);
      sync(a, answer);
      const spoiling: Answer = (call, text) => {
        const reply = answer(call, text);
        return call === 'pull' && reply !== null ? { ...reply, text: spoil(reply.text) } : reply;
      };
      expect(sync(b, spoiling).end).toBe('bad-answer');
      expect(readCursors(b.replica.db).every(({ seq }) => seq === 0)).toBe(true);
      expect(getRow(b.replica.db, 'evidence', evidence)).toBeUndefined();
      expect(sync(b, answer).end).toBe('done');
      expect(readCursors(b.replica.db).some(({ seq }) => seq > 0)).toBe(true);
      expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({ title: 'found' });
    });
  });

  test('[P6] a push whose answer is lost is sent again and counts once', () => {
    withDevices((a, _, server) => {
      addSession(a);
      let lost = 0;
      const losing: Answer = (call, text) => {
        const reply = server.answer(call, text);
        if (call !== 'push' || lost > 0) return reply;
        lost += 1;
        return null;
      };
      expect(sync(a, losing).end).toBe('offline');
      const seq = server.feed.seq;
      expect(sync(a, losing).end).toBe('done');
      expect(server.feed.seq).toBe(seq);
      expect(waitingToSend(a.replica.db).count).toBe(0);
    });
  });

  test('[P3] the next batch is numbered while one is on its way, and follows it whatever becomes of it', () => {
    withDevices((a, _, server) => {
      const session = addSession(a);
      for (let at = 0; at < 70; at += 1) addEvidence(a, session, `${at}`);
      const slow = { ...firstPace, batch: 30 };
      let pushes = 0;
      const losingSecond: Answer = (call, text) => {
        if (call === 'push') pushes += 1;
        return call === 'push' && pushes === 2 ? null : server.answer(call, text);
      };
      const run = () => drive(cycle({ app: 'test', now: () => 0, pace: slow }), storeOf(a), losingSecond);
      expect(run().end).toBe('offline');
      const inFlight = () =>
        a.replica.db.statements.value<number>(`SELECT count(*) FROM outbox WHERE state = 'in_flight'`);
      expect(inFlight()).toBeGreaterThan(30);
      expect(run()).toMatchObject({ end: 'done', again: false });
      expect(inFlight()).toBe(0);
      const sent = server.sent.filter((_text, at) => server.calls[at] === 'push');
      expect(sent.every((text) => readPush(text).success)).toBe(true);
    });
  });

  test('[P21] a laptop whose name is spent takes another, and sends what waited', () => {
    withDevices((a, _, server) => {
      const answer: Answer = (call, text) => server.answer(call, text);
      const session = addSession(a, 'before');
      sync(a, answer);
      transact(a.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'research_sessions', session, { title: 'after' }),
      );
      const spent = readSync(a.replica.db, 'client') ?? '';
      const refusing: Answer = (call, text) =>
        text.includes(spent)
          ? { status: 409, text: JSON.stringify({ code: 'CLIENT_RETIRED', message: 'Spent.' }) }
          : answer(call, text);
      expect(sync(a, refusing)).toMatchObject({ end: 'done', pushed: 1 });
      expect(waitingToSend(a.replica.db).count).toBe(0);
      expect(readCursors(a.replica.db).every(({ seq }) => seq > 0)).toBe(true);
    });
  });

  test('[P23] a laptop that is too old sends what it has, fetches nothing, and goes on where it was once it is updated', () => {
    withDevices((a, b, server) => {
      const answer: Answer = (call, text) => server.answer(call, text);
      const session = addSession(a, 'of A');
      for (const each of [a, b, a, b]) sync(each, answer);
      const before = readCursors(a.replica.db);
      transact(b.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'research_sessions', session, { title: 'of B' }),
      );
      sync(b, answer);
      server.schemaMinimum = a.replica.schemaVersion + 1;
      const evidence = addEvidence(a, session, 'found by A');
      expect(sync(a, answer)).toMatchObject({ end: 'update', pushed: 1, pulled: 0 });
      expect(server.feed.rows.has(evidence)).toBe(true);
      expect(waitingToSend(a.replica.db).count).toBe(0);
      expect(readCursors(a.replica.db)).toEqual(before);
      expect(getRow(a.replica.db, 'research_sessions', session)?.title).toBe('of A');
      server.schemaMinimum = 1;
      expect(sync(a, answer).end).toBe('done');
      expect(getRow(a.replica.db, 'research_sessions', session)?.title).toBe('of B');
    });
  });

  test('[MR21] a restored server is told everything again that it does not know', () => {
    withDevices((a, _, server) => {
      const session = addSession(a, 'before');
      sync(a, (call, text) => server.answer(call, text));
      transact(a.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'research_sessions', session, { title: 'after' }),
      );
      const restored = new TinyServer(user);
      restored.epoch = '00000000-0000-7000-8000-0000000000e2';
      expect(sync(a, (call, text) => restored.answer(call, text)).end).toBe('done');
      expect(restored.calls.filter((call) => call === 'hello')).toHaveLength(2);
      expect(restored.feed.rows.has(session)).toBe(true);
      expect(getRow(a.replica.db, 'research_sessions', session)?.title).toBe('after');
    });
  });

  test.each([
    [protocolVersion - 1, 'server-older'],
    [protocolVersion + 1, 'update'],
  ])(
    '[P23] a server of version %i ends it as %s, in the server’s words; what was done waits',
    (version, end) => {
      withDevices((a, _, server) => {
        addSession(a, 'of A');
        const waiting = waitingToSend(a.replica.db).count;
        const text = JSON.stringify({ code: 'VERSION', message: 'Which is older.', details: { version } });
        expect(sync(a, () => ({ status: 426, text }))).toMatchObject({ end, message: 'Which is older.' });
        expect(waitingToSend(a.replica.db).count).toBe(waiting);
        expect(sync(a, (call, sent) => server.answer(call, sent))).toMatchObject({
          end: 'done',
          pushed: waiting,
        });
      });
    },
  );

  test.each([
    [401, 'signed-out'],
    [426, 'update'],
    [429, 'busy'],
    [500, 'offline'],
  ] as const)('an answer of %i ends it as %s', (status, end) => {
    withDevices((a) => {
      const text = JSON.stringify({ code: 'X', message: 'No.' });
      expect(sync(a, () => ({ status, text }))).toMatchObject({ end, again: true, message: 'No.' });
    });
  });
});

describe('what leaves', () => {
  test('[MR25] [P14] a class that is kept back never leaves, stays shown here after the server’s row has come, and is a mask elsewhere', () => {
    withDevices((a, b, server) => {
      const policy = privacySettingsSchema.parse({ classes: { content: { sync: 'withhold' } } });
      server.settings = policy;
      const answer: Answer = (call, text) => server.answer(call, text);
      const evidence = addEvidence(a, addSession(a), 'TAINTED title');
      transact(a.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'evidence', evidence, { language: 'de', summary: 'TAINTED summary' }),
      );
      transact(a.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'evidence', evidence, { author: 'TAINTED author' }),
      );
      for (let at = 0; at < 2; at += 1) sync(a, answer, policy);
      expect(server.sent.join('')).not.toContain('TAINTED');
      sync(b, answer, policy);
      sync(b, answer, policy);
      transact(b.replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'evidence', evidence, { language: 'fr' }),
      );
      sync(b, answer, policy);
      sync(a, answer, policy);
      expect(getRow(a.replica.db, 'evidence', evidence)).toMatchObject({
        title: 'TAINTED title',
        summary: 'TAINTED summary',
        author: 'TAINTED author',
        language: 'fr',
      });
      expect(listInbox(a.replica.db)).toEqual([]);
      const withheld = a.replica.db.statements.value<number>(
        `SELECT sum(subject ->> 'withheld') FROM audit_outbox WHERE destination = 'sync'`,
      );
      expect(withheld).toBeGreaterThanOrEqual(3);
      const masked = b.replica.db.statements.value<string>('SELECT _redacted FROM evidence');
      expect(JSON.parse(masked ?? '[]')).toEqual(expect.arrayContaining(['title', 'summary', 'author']));
      expect(getRow(b.replica.db, 'evidence', evidence)).toMatchObject({ author: null, language: 'fr' });
      expect(() =>
        transact(b.replica, { command: 'edit' }, (tx) =>
          updateRow(tx, 'evidence', evidence, { author: 'over the mask' }),
        ),
      ).toThrow(InputError);
    });
  });
});

test('the pace grows by steps and falls by halves; waits grow, are jittered, and heed the server', () => {
  expect(faster(firstPace).batch).toBeGreaterThan(firstPace.batch);
  expect(slower(firstPace).batch).toBe(100);
  expect(slower({ batch: 25, failures: 0 }).batch).toBe(1);
  expect(waitAfter(1, 0.5, null)).toBeLessThan(waitAfter(5, 0.5, null));
  expect(waitAfter(40, 0.999, null)).toBeLessThan(301_000);
  expect(waitAfter(0, 0, 30)).toBe(30_000);
});
