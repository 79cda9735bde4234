import { expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { updateRow } from '../../../db/replica/rows/write.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { cycle, type CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect, Reply, ServerEffect } from '../../../sync/client/effects.ts';
import { firstPace } from '../../../sync/client/pace.ts';
import { storeOf, sync, withDevices } from '../../helpers/devices.ts';
import { addEvidence, addSession } from '../../helpers/replica.ts';
import type { TinyServer } from '../../helpers/tiny-server.ts';

/** What happens to a page that is pulled between two pushes. */
interface Between {
  /** The page that the laptop gets, for each pull in its order. */
  readonly page?: (at: number, reply: NonNullable<Reply>) => Reply;
  /** Called with each effect and the number of pushes that are on their way. */
  readonly seen?: (effect: Effect, onTheirWay: number) => void;
}

/** One cycle in which a push takes two transactions, and a page is pulled after every second push. */
function driveBetween(
  workspace: OpenWorkspace,
  server: TinyServer,
  { page, seen }: Between = {},
): CycleReport {
  const store = storeOf(workspace);
  const replies: Reply[] = [];
  let pulls = 0;
  const exchange = ({ call, text }: ServerEffect): Reply => {
    const reply = server.answer(call, text);
    if (reply === null) return reply;
    if (call === 'pull') return page === undefined ? reply : page((pulls += 1), reply);
    return { ...reply, text: reply.text.replace('"pushMutations":500', '"pushMutations":2') };
  };
  const perform = (effect: Effect): unknown => {
    seen?.(effect, replies.length);
    if (effect.to === 'server') return exchange(effect);
    if (effect.to === 'store') return (store[effect.call] as (input: unknown) => unknown)(effect.input);
    if (effect.to === 'receive') return replies.shift();
    replies.push(exchange(effect.message));
    return undefined;
  };
  const engine = cycle({ app: 'test', now: () => 0, pace: firstPace, pushesBetweenPulls: 2 });
  let step = engine.next();
  while (step.done !== true) step = engine.next(perform(step.value));
  expect(replies).toEqual([]);
  return step.value;
}

/** Two laptops that hold one session, where the first has so much to send. */
function withBacklog(
  rows: number,
  body: (laptop: OpenWorkspace, other: OpenWorkspace, server: TinyServer, session: Id) => void,
): void {
  withDevices((laptop, other, server) => {
    const answer = server.answer.bind(server);
    const session = addSession(laptop);
    for (const each of [laptop, laptop, other, other]) sync(each, answer);
    for (let at = 0; at < rows; at += 1) addEvidence(laptop, session, `${at}`);
    body(laptop, other, server, session);
    expect(waitingToSend(laptop.replica.db).count).toBe(0);
    sync(other, answer);
    expect(countOf(other)).toBe(countOf(laptop));
  });
}

const countOf = ({ replica }: OpenWorkspace) =>
  replica.db.statements.value<number>('SELECT count(*) FROM evidence');

/** A trailer with something more in it. */
function withTrailer(reply: NonNullable<Reply>, more: object): Reply {
  const lines = reply.text.trimEnd().split('\n');
  const last = JSON.parse(lines.pop() ?? '') as { readonly trailer: object };
  return {
    ...reply,
    text: [...lines, JSON.stringify({ trailer: { ...last.trailer, ...more } }), ''].join('\n'),
  };
}

test('[P35] what others did comes before all is sent, asked for while nothing is on its way and applied beside a push', () => {
  withBacklog(12, (laptop, other, server, session) => {
    const theirs = addEvidence(other, session, 'of the other');
    sync(other, server.answer.bind(server));
    const waiting: number[] = [];
    let pushes = 0;
    const report = driveBetween(laptop, server, {
      seen: (effect, onTheirWay) => {
        if (effect.to === 'send' && effect.message.call === 'push') pushes += 1;
        if (effect.to === 'server' && effect.call === 'pull') expect(onTheirWay).toBe(0);
        if (effect.to === 'store' && effect.call === 'applyBeside') expect(onTheirWay).toBeGreaterThan(0);
        if (effect.to === 'receive' && getRow(laptop.replica.db, 'evidence', theirs) !== undefined)
          waiting.push(waitingToSend(laptop.replica.db).count);
      },
    });
    expect(report).toMatchObject({ end: 'done', again: false, pushed: 12, repaired: 0 });
    expect(pushes).toBe(6);
    expect(waiting[0]).toBeGreaterThan(4);
    // Nothing of its own is asked for by name.
    expect(server.calls).not.toContain('rows');
  });
});

test('[P35] [MR19] what came beside a push lies under what waits', () => {
  withBacklog(12, (laptop, other, server, session) => {
    const shared = addEvidence(other, session, 'as it was');
    const answer = server.answer.bind(server);
    sync(other, answer);
    sync(laptop, answer);
    const title = (workspace: OpenWorkspace, words: string) =>
      transact(workspace.replica, { command: 'evidence.edit' }, (tx) =>
        updateRow(tx, 'evidence', shared, { title: words }),
      );
    for (let at = 0; at < 8; at += 1) addEvidence(laptop, session, `later ${at}`);
    title(other, 'of the other');
    title(laptop, 'of this laptop');
    sync(other, answer);
    const entries = () =>
      laptop.replica.db.statements.value<number>('SELECT count(*) FROM log WHERE row = ?', idToBlob(shared));
    const before = entries();
    const shown: unknown[] = [];
    driveBetween(laptop, server, {
      seen: (effect) => {
        // From the page on that brought the other's words, and before the server has heard of one's own.
        if (effect.to !== 'receive' || entries() === before) return;
        shown.push(getRow(laptop.replica.db, 'evidence', shared)?.title);
      },
    });
    expect(shown.length).toBeGreaterThan(1);
    expect(new Set(shown)).toEqual(new Set(['of this laptop']));
  });
});

test.each([
  ['a row goes', 'exit'],
  ['a scope is to be fetched anew', 'bootstrap'],
  ['a scope goes', 'revoke'],
])('[P35] a page by which %s changes nothing beside a push', (_what, how) => {
  withBacklog(12, (laptop, _other, server, session) => {
    const scope = `session:${session}`;
    const cursor = () => readCursors(laptop.replica.db).find((each) => each.scope === scope)?.seq;
    const [first] = [...server.feed.rows.keys()].filter((id) => id !== session);
    const exit = { e: 6, i: first, sc: scope, s: '1', st: 'exit' };
    const spoilt = (reply: NonNullable<Reply>): Reply =>
      how === 'exit'
        ? { ...reply, text: `${JSON.stringify(exit)}\n${reply.text}` }
        : withTrailer(reply, { [how]: [scope] });
    let between: number | undefined;
    const before = cursor();
    const report = driveBetween(laptop, server, {
      page: (at, reply) => (at === 1 ? spoilt(reply) : reply),
      seen: (effect, onTheirWay) => {
        if (effect.to === 'receive' && onTheirWay > 0) between = cursor();
      },
    });
    expect(report).toMatchObject({ end: 'done', again: false, pushed: 12 });
    expect(between).toBe(before);
    expect(cursor()).toBeGreaterThan(before ?? 0);
    expect(server.calls.filter((call) => call === 'pull').length).toBeGreaterThan(1);
  });
});

test('[P35] a damaged page between two pushes ends the cycle; what was on its way is heard, and the next cycle goes on', () => {
  withBacklog(12, (laptop, _other, server) => {
    const report = driveBetween(laptop, server, {
      page: (_at, reply) => ({ ...reply, text: reply.text.replace('"e":', '"f":') }),
    });
    expect(report.end).toBe('bad-answer');
    expect(driveBetween(laptop, server)).toMatchObject({ end: 'done', again: false });
  });
});

test('[P23] a laptop that is too old asks for nothing between its pushes', () => {
  withBacklog(12, (laptop, _other, server) => {
    const { schemaVersion } = laptop.replica;
    server.schemaMinimum = schemaVersion + 1;
    const before = server.calls.length;
    expect(driveBetween(laptop, server)).toMatchObject({ end: 'update', pushed: 12 });
    expect(server.calls.slice(before)).not.toContain('pull');
    server.schemaMinimum = 1;
  });
});

test('a session that was made here is followed while its evidence is still being sent', () => {
  withDevices((laptop, _, server) => {
    const session = addSession(laptop);
    for (let at = 0; at < 20; at += 1) addEvidence(laptop, session, `${at}`);
    const waiting: number[] = [];
    const report = driveBetween(laptop, server, {
      seen: (effect) => {
        const isFollowed = readCursors(laptop.replica.db).some(({ scope }) => scope === `session:${session}`);
        if (effect.to === 'receive' && isFollowed) waiting.push(waitingToSend(laptop.replica.db).count);
      },
    });
    expect(report).toMatchObject({ end: 'done', again: false, repaired: 0 });
    expect(waiting[0]).toBeGreaterThan(10);
    expect(server.calls).not.toContain('rows');
  });
});
