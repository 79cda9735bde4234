import { createHash } from 'node:crypto';
import { emptyRow } from '../../../sync/core/row-state.ts';
import { hashOfText, rowText } from '../../../sync/core/row-wire.ts';
import type { Edge } from './edge.ts';
import { keyOf, type ModelTenant } from './model-tenant.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Puts the server back to an older state, under a new epoch; the purge ledger is replayed before it opens. */
export function restore(edge: Edge, snapshot: ModelTenant, epoch: string): void {
  const { tenant } = edge.store;
  const lost = new Map(tenant.rows);
  tenant.become(snapshot);
  tenant.epoch = epoch;
  for (const key of edge.ledger) {
    const row = tenant.row(key) ?? lost.get(keyOf(key));
    if (row === undefined || tenant.row(key)?.purged === true) continue;
    tenant.head += 1n;
    const state = rowText({ ...emptyRow(key.entity, key.id, row.scope), purged: true });
    tenant.rows.set(keyOf(key), {
      ...row,
      seq: tenant.head,
      state,
      hash: hashOfText(state, sha256),
      client: null,
      foreignSeq: tenant.head,
      bodies: [],
      values: undefined,
      deleted: true,
      purged: true,
    });
  }
}
