import { describe, expect, test } from 'vitest';
import { historyOf } from '../../../../db/replica/log/history.ts';
import { updateRow } from '../../../../db/replica/rows/write.ts';
import { enrol, principalOf } from '../../../../db/replica/sync/enrol.ts';
import { decideInbox } from '../../../../db/replica/sync/decide-inbox.ts';
import { listInbox } from '../../../../db/replica/sync/inbox.ts';
import { readSync } from '../../../../db/replica/sync/meta.ts';
import {
  type Batch,
  type Egress,
  reidentify,
  sha256,
  takeBatch,
  waitingToSend,
} from '../../../../db/replica/sync/outbox.ts';
import { getRow } from '../../../../db/replica/rows/read.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { chainHash } from '../../../../sync/core/chain.ts';
import type { ExchangedTransaction } from '../../../../sync/protocol/exchange.ts';
import { firstHash } from '../../../../sync/protocol/messages.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';

const open: Egress = {
  encode: (transaction) => ({ transaction, withheld: [], local: false }),
  done: () => undefined,
};
const limits = { count: 100, bytes: 1_000_000, after: 0 };

function sentIn(batch: Batch | null): ExchangedTransaction[] {
  return (batch?.mutations ?? []).map(({ text }) => JSON.parse(text) as ExchangedTransaction);
}

const user = '00000000-0000-7000-8000-00000000000a';

function retitle(workspace: OpenWorkspace, id: string, title: string): void {
  transact(workspace.replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { title }));
}

function setLocal(workspace: OpenWorkspace, session: string, local_only: boolean): void {
  transact(workspace.replica, { command: 'edit' }, (tx) =>
    updateRow(tx, 'research_sessions', session, { local_only }),
  );
}

describe('what waits to be sent', () => {
  test('every change is queued in its own transaction, and a change that is taken back is not', () => {
    withWorkspace((workspace) => {
      const before = waitingToSend(workspace.replica.db).count;
      const session = addSession(workspace);
      expect(waitingToSend(workspace.replica.db).count).toBe(before + 1);
      expect(() =>
        transact(workspace.replica, { command: 'edit' }, (tx) => {
          updateRow(tx, 'research_sessions', session, { title: 'x' });
          throw new Error('stop');
        }),
      ).toThrow('stop');
      expect(waitingToSend(workspace.replica.db).count).toBe(before + 1);
    });
  });

  test('work on a session that stays here is not queued, and is, in its order, once the session may leave', () => {
    withWorkspace((workspace) => {
      const { db } = workspace.replica;
      const session = addSession(workspace);
      setLocal(workspace, session, true);
      const kept = waitingToSend(db).count;
      const evidence = addEvidence(workspace, session, 'kept');
      retitle(workspace, evidence, 'kept still');
      expect(waitingToSend(db).count).toBe(kept);
      setLocal(workspace, session, false);
      const batch = takeBatch(workspace.replica, open, limits);
      const commands = sentIn(batch).map(({ command }) => command);
      expect(commands.slice(-5)).toEqual(['session.add', 'edit', 'evidence.add', 'edit', 'edit']);
      const stamps = sentIn(batch).map(({ stamp }) => stamp);
      expect(stamps).toEqual(stamps.toSorted());
    });
  });

  test('[P3] numbers and hashes are given when a batch is taken, and a resend is the same to the letter', () => {
    withWorkspace((workspace) => {
      const session = addSession(workspace);
      const evidence = addEvidence(workspace, session, 'a');
      const first = takeBatch(workspace.replica, open, limits);
      retitle(workspace, evidence, 'b');
      expect(takeBatch(workspace.replica, open, limits)).toEqual(first);
      expect(first?.previous).toBe(firstHash);
      expect(first?.mutations.map(({ m }) => m)).toEqual(first?.mutations.map((_, at) => at + 1));
      let hash = firstHash;
      for (const mutation of first?.mutations ?? []) {
        hash = chainHash(hash, mutation.text, sha256);
        expect(mutation.hash).toBe(hash);
      }
    });
  });

  test('[P3] what comes after a batch that is on its way goes on from its number and its hash', () => {
    withWorkspace((workspace) => {
      const session = addSession(workspace);
      for (const title of ['a', 'b', 'c']) addEvidence(workspace, session, title);
      const first = takeBatch(workspace.replica, open, { ...limits, count: 2 });
      const last = first?.mutations.at(-1);
      const next = takeBatch(workspace.replica, open, { ...limits, after: last?.m ?? 0 });
      expect(next?.mutations[0]?.m).toBe((last?.m ?? 0) + 1);
      expect(next?.previous).toBe(last?.hash);
      expect(
        takeBatch(workspace.replica, open, { ...limits, after: next?.mutations.at(-1)?.m ?? 0 }),
      ).toBeNull();
      // Without an answer to either, all of it is sent again, as it was.
      const again = takeBatch(workspace.replica, open, limits);
      expect(again?.mutations).toEqual([...(first?.mutations ?? []), ...(next?.mutations ?? [])]);
    });
  });

  test('[MR21] another client id numbers anew, keeps the order, and asks before anything is sent', () => {
    withWorkspace((workspace) => {
      addEvidence(workspace, addSession(workspace), 'a');
      const first = takeBatch(workspace.replica, open, limits);
      const client = reidentify(workspace.replica);
      expect(client).not.toBe(first?.client);
      expect(readSync(workspace.replica.db, 'asking')).toBe(client);
      expect(takeBatch(workspace.replica, open, limits)).toBeNull();
      workspace.replica.db.statements.run(`DELETE FROM sync_meta WHERE key = 'asking'`);
      const second = takeBatch(workspace.replica, open, limits);
      expect(sentIn(second).map(({ stamp }) => stamp)).toEqual(sentIn(first).map(({ stamp }) => stamp));
    });
  });

  test('what may not leave is in the inbox with its values, and is queued again by a word', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      addEvidence(workspace, addSession(workspace), 'kept back');
      const closed: Egress = { ...open, encode: () => ({ transaction: null, withheld: [], local: false }) };
      expect(takeBatch(replica, closed, limits)).toBeNull();
      const items = listInbox(replica.db);
      expect(items.map(({ kind, code }) => [kind, code])).toContainEqual(['forbidden', 'POLICY']);
      expect(JSON.stringify(items)).toContain('kept back');
      for (const { n } of items) expect(decideInbox(replica, n, 'retried')).toBe(true);
      expect(takeBatch(replica, open, limits)?.mutations).toHaveLength(items.length);
      expect(listInbox(replica.db)).toEqual([]);
    });
  });
});

describe('enrolment', () => {
  test('names the file’s person once, as an edit that history shows, and refuses anybody else', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const principal = { server: 'https://s.example', tenant: user, user };
      enrol(replica, principal);
      enrol(replica, { ...principal, server: 'https://other.example' });
      expect(principalOf(replica.db)?.server).toBe('https://other.example');
      expect(getRow(replica.db, 'authors', replica.author)?.user_id).toBe(user);
      const steps = historyOf(replica.db, 'authors', replica.author);
      expect(steps.filter(({ origin }) => origin === 'enrol')).toHaveLength(1);
      const other = { ...principal, user: '00000000-0000-7000-8000-00000000000b' };
      expect(() => enrol(replica, other)).toThrow('belongs to another person');
      expect(principalOf(replica.db)?.user).toBe(user);
    });
  });
});
