import type { Id } from '../../db/catalogue/rows.ts';
import { applyTransaction } from '../../db/replica/exchange/apply.ts';
import { exportTransactions } from '../../db/replica/exchange/export.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { addEvidence, addSession, withWorkspace } from './replica.ts';

const given = new WeakMap<OpenWorkspace, number>();

/** Hands everything new of one replica to the other. */
export function send(from: OpenWorkspace, to: OpenWorkspace): void {
  for (const { txn, transaction } of exportTransactions(from.replica.db, given.get(from) ?? 0)) {
    applyTransaction(to.replica, transaction);
    given.set(from, txn);
  }
}

/** Two replicas that hold the same piece of evidence. */
export function withTwo(body: (a: OpenWorkspace, b: OpenWorkspace, id: Id) => void): void {
  withWorkspace((a) =>
    withWorkspace((b) => {
      const id = addEvidence(a, addSession(a), 'first');
      send(a, b);
      send(b, a);
      body(a, b, id);
    }),
  );
}
