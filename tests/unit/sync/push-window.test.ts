import { expect, test } from 'vitest';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { purge } from '../../../db/replica/log/purge.ts';
import { removeRow } from '../../../db/replica/rows/write.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { cycle, type CycleReport } from '../../../sync/client/cycle.ts';
import type { Reply, ServerEffect, StoreEffect } from '../../../sync/client/effects.ts';
import { firstPace, type Pace } from '../../../sync/client/pace.ts';
import { storeOf, withDevices } from '../../helpers/devices.ts';
import { addEvidence, addSession } from '../../helpers/replica.ts';
import type { TinyServer } from '../../helpers/tiny-server.ts';

const evidence = entitySpec('evidence').n;

/** A push on its way, by its place among all that were sent. */
interface OnItsWay {
  readonly at: number;
  readonly message: ServerEffect;
  reply?: Reply;
}

/** What happens to the pushes of a cycle. */
interface Road {
  /** Which of those on their way arrive now, and in which order. Asked where the laptop waits; the oldest arrives in any case. */
  readonly arrive?: (onTheirWay: readonly number[]) => readonly number[];
  /** What the laptop gets for a push instead of the server's answer. */
  readonly reply?: (at: number, reply: Reply) => Reply;
  /** True where a push does not reach the server. */
  readonly isLost?: (at: number) => boolean;
  readonly pace?: Pace;
}

/** What a cycle did. */
interface Driven {
  readonly report: CycleReport;
  /** The most pushes that were on their way at once, and how many were sent. */
  readonly most: number;
  readonly pushes: number;
  /** How many transactions each push had that was sent while another was on its way. */
  readonly beside: readonly number[];
  readonly stored: readonly StoreEffect['call'][];
}

/** One cycle in which two transactions are a push, over a network that a test decides on. */
function driveOver(workspace: OpenWorkspace, server: TinyServer, road: Road = {}): Driven {
  const store = storeOf(workspace);
  const onTheirWay: OnItsWay[] = [];
  const stored: StoreEffect['call'][] = [];
  const beside: number[] = [];
  let [most, pushes] = [0, 0];
  const exchange = ({ call, text }: ServerEffect): Reply => {
    const reply = server.answer(call, text);
    if (call !== 'hello' || reply === null) return reply;
    return { ...reply, text: reply.text.replace('"pushMutations":500', '"pushMutations":2') };
  };
  const arrive = (sent: OnItsWay) => {
    if (sent.reply !== undefined) return;
    const reply = road.isLost?.(sent.at) === true ? null : exchange(sent.message);
    sent.reply = road.reply === undefined ? reply : road.reply(sent.at, reply);
  };
  const engine = cycle({ app: 'test', now: () => 0, pace: road.pace ?? firstPace });
  let step = engine.next();
  while (step.done !== true) {
    const effect = step.value;
    switch (effect.to) {
      case 'server':
        step = engine.next(exchange(effect));
        break;
      case 'store':
        stored.push(effect.call);
        step = engine.next((store[effect.call] as (input: unknown) => unknown)(effect.input));
        break;
      case 'send':
        // The first line of a push is its head.
        if (onTheirWay.length > 0) beside.push(effect.message.text.trimEnd().split('\n').length - 1);
        onTheirWay.push({ at: effect.message.call === 'push' ? (pushes += 1) : 0, message: effect.message });
        most = Math.max(most, onTheirWay.length);
        step = engine.next();
        break;
      case 'receive': {
        for (const at of road.arrive?.(onTheirWay.map((sent) => sent.at)) ?? [])
          for (const sent of onTheirWay) if (sent.at === at) arrive(sent);
        const oldest = onTheirWay.shift();
        if (oldest === undefined) throw new Error('There is nothing to receive for.');
        arrive(oldest);
        step = engine.next(oldest.reply);
      }
    }
  }
  expect(onTheirWay).toEqual([]);
  return { report: step.value, most, pushes, beside, stored };
}

/** A laptop with so many pieces of evidence to send, beside their session. In the end each is on the server, once. */
function withWaiting(rows: number, body: (laptop: OpenWorkspace, server: TinyServer) => void): void {
  withDevices((laptop, _, server) => {
    const session = addSession(laptop);
    for (let at = 0; at < rows; at += 1) addEvidence(laptop, session, `${at}`);
    body(laptop, server);
    expect(waitingToSend(laptop.replica.db).count).toBe(0);
    const there = [...server.feed.rows.values()].filter(({ state }) => state.entity === evidence);
    expect(there).toHaveLength(rows);
    // Each transaction was joined once.
    const entries = laptop.replica.db.statements.value<number>(
      `SELECT count(*) FROM log JOIN outbox ON outbox.txn = log.txn WHERE outbox.state = 'acked'`,
    );
    expect(server.feed.seq).toBe(entries);
  });
}

const clientOf = ({ replica }: OpenWorkspace) => readSync(replica.db, 'client');

function refusal(status: number, code: string, details = {}): Reply {
  return { status, text: JSON.stringify({ code, message: code, details }) };
}

test('[P33] two pushes are on their way while there is enough for both, and never more', () => {
  withWaiting(9, (laptop, server) => {
    const { report, most, pushes } = driveOver(laptop, server);
    expect(report).toMatchObject({ end: 'done', again: false });
    expect(most).toBe(2);
    expect(pushes).toBeGreaterThan(4);
  });
});

test.each([8, 9])('[P33] what fills no push waits until all before it is answered: of %d', (rows) => {
  withWaiting(rows, (laptop, server) => {
    const { beside } = driveOver(laptop, server);
    expect(beside.length).toBeGreaterThan(2);
    expect(beside.every((transactions) => transactions === 2)).toBe(true);
  });
});

test('[P33] what is not more than one push goes alone', () => {
  withWaiting(0, (laptop, server) => {
    driveOver(laptop, server);
    addSession(laptop, 'another');
    expect(driveOver(laptop, server)).toMatchObject({ most: 1, pushes: 1 });
  });
});

test('[P33] [P7] a push that arrives before the one that it stands behind is sent again under the same name, and the rest one by one', () => {
  withWaiting(30, (laptop, server) => {
    let gaps = 0;
    const client = () => clientOf(laptop);
    driveOver(laptop, server, { isLost: () => true });
    const before = client();
    const { report, stored, most, beside } = driveOver(laptop, server, {
      arrive: (onTheirWay) => onTheirWay.toReversed(),
      reply: (_, reply) => {
        if (reply?.text.includes('GAP') === true) gaps += 1;
        return reply;
      },
    });
    expect(report.end).toBe('done');
    expect([most, stored.includes('reidentify'), client() === before]).toEqual([2, false, true]);
    // In each run, which begins with a greeting: one, and the one that went along before that was heard.
    const runs = stored.filter((call) => call === 'greeted').length;
    expect([gaps, beside.length]).toEqual([2 * runs, 2 * runs]);
  });
});

test('[P33] a gap in what stands behind nothing is still one', () => {
  withWaiting(9, (laptop, server) => {
    const { stored } = driveOver(laptop, server, {
      reply: (at, reply) => (at === 1 ? refusal(409, 'GAP') : reply),
    });
    expect(stored.filter((call) => call === 'reidentify')).toHaveLength(1);
  });
});

test.each([
  ['its answer is lost', { reply: (at, reply) => (at === 1 ? null : reply) }],
  ['it is lost itself', { isLost: (at) => at === 1 }],
  [
    'its answer is lost, and the second arrived first',
    {
      arrive: (onTheirWay) => onTheirWay.toReversed(),
      reply: (at, reply) => (at === 1 ? null : reply),
    },
  ],
] satisfies [string, Road][])(
  '[P33] [P6] where %s, the answer to the one behind it is not taken up, and both are sent again, one by one',
  (_, road) => {
    withWaiting(9, (laptop, server) => {
      const first = driveOver(laptop, server, road);
      expect(first.report.end).toBe('offline');
      expect(first.most).toBe(2);
      expect(first.stored).not.toContain('pushed');
      const answered = laptop.replica.db.statements.value(
        `SELECT count(*) FROM outbox WHERE state = 'acked'`,
      );
      expect(answered).toBe(0);
      const second = driveOver(laptop, server, { pace: first.report.pace });
      expect(second.report.end).toBe('done');
      expect(second.most).toBe(1);
      expect(second.stored).not.toContain('reidentify');
    });
  },
);

test('[P33] what stands behind a push that is too large goes again in smaller ones', () => {
  withWaiting(9, (laptop, server) => {
    const { report, stored } = driveOver(laptop, server, {
      isLost: (at) => at === 2,
      reply: (at, reply) => (at === 1 ? refusal(413, 'TOO_LARGE') : reply),
      pace: { ...firstPace, batch: 60 },
    });
    expect(report.end).toBe('done');
    expect(stored).not.toContain('reidentify');
  });
});

test('[P33] what stands behind a push that is refused as a whole waits with it', () => {
  withWaiting(9, (laptop, server) => {
    const reading = driveOver(laptop, server, {
      reply: (at, reply) => (at === 1 ? refusal(403, 'FORBIDDEN', { needs: 'write' }) : reply),
      isLost: (at) => at === 1,
    });
    expect(reading.report).toMatchObject({ end: 'done', pushed: 0 });
    expect(reading.stored).not.toContain('pushed');
    expect(waitingToSend(laptop.replica.db).count).toBeGreaterThan(9);
    expect(driveOver(laptop, server).report.end).toBe('done');
  });
});

test('[P33] behind a push that meets another epoch all goes again under another name', () => {
  withWaiting(9, (laptop, server) => {
    const before = clientOf(laptop);
    const { report, stored } = driveOver(laptop, server, {
      reply: (at, reply) => (at === 1 ? refusal(409, 'EPOCH') : reply),
    });
    expect(report.end).toBe('done');
    expect(stored).toContain('reidentify');
    expect(clientOf(laptop)).not.toBe(before);
  });
});

test('[P33] what was sent and not answered goes again in pieces that are no larger than others', () => {
  withWaiting(9, (laptop, server) => {
    driveOver(laptop, server, { isLost: () => true });
    const batch = storeOf(laptop).takeBatch({ count: 500, bytes: 1, after: '0', answered: null });
    expect(batch).toMatchObject({ first: '1', last: '1', isFull: true });
    driveOver(laptop, server);
  });
});

test('what has nothing left to send does not hold up what stands behind it', () => {
  withWaiting(0, (laptop, server) => {
    driveOver(laptop, server);
    const doomed = Array.from({ length: 5 }, (_, at) => addSession(laptop, `${at}`));
    transact(laptop.replica, { command: 'trash' }, (tx) => {
      for (const id of doomed) removeRow(tx, 'research_sessions', id);
    });
    const roots = doomed.map((id) => ({ entity: 'research_sessions', id }) as const);
    purge(laptop.replica, roots, () => undefined, laptop.layout.purgeLedger);
    addSession(laptop, 'kept');
    expect(driveOver(laptop, server).report).toMatchObject({ end: 'done', again: false });
  });
});
