import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { localScope } from '../../../sync/core/scope.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { isOwnChain } from '../../../db/replica/sync/greeting.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { loadCell, placeOf, shownValue } from '../../../db/replica/exchange/cell-store.ts';
import { BadAnswer } from '../../../sync/client/bad-answer.ts';
import type { StoreEffect } from '../../../sync/client/effects.ts';
import { type ArrivedPage, readPage } from '../../../sync/client/page.ts';
import { noSyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { PageRow } from '../../../sync/protocol/row-state.ts';
import type { Device } from './device.ts';
import {
  cursorFaults,
  numberFaults,
  purgedSteps,
  queueSteps,
  resultFaults,
  servedFaults,
  viewSteps,
} from './invariants.ts';
import type { ModelTenant } from './model-tenant.ts';
import { readableScopes } from './readable.ts';
import { viewOf } from './view.ts';

type Counts = ReadonlyMap<string, number>;

function countsOf(device: Device): Counts {
  const rows = device.replica.db.statements.all<{ scope: string; n: number }>(
    'SELECT scope, count(*) AS n FROM sync_rows GROUP BY scope',
  );
  return new Map(rows.map(({ scope, n }) => [scope, n]));
}

/** How many rows of the server a file has that are not purged, wherever they stand. */
function livingOf({ replica: { db } }: Device): number {
  const living = `SELECT count(*) FROM sync_rows
    WHERE row NOT IN (SELECT id FROM purged) AND coalesce(held ->> 'st', '') <> 'purged'`;
  return db.statements.value<number>(living) ?? 0;
}

/** What one transaction of sync on a laptop did that none may do, told once it was done. */
export function watchFile(device: Device, effect: StoreEffect, tenant: ModelTenant): () => string[] {
  const { name, user } = device;
  const before = viewOf(device.replica.db);
  const counts = effect.call === 'applyPage' ? countsOf(device) : null;
  const living = effect.call === 'applyBeside' ? livingOf(device) : 0;
  const needless = effect.call === 'reidentify' ? roadFaults(device, tenant) : [];
  return () => {
    const after = viewOf(device.replica.db);
    return [
      ...viewSteps(name, before, after),
      ...queueSteps(name, before, after),
      ...cursorFaults(name, user, after, tenant),
      ...(appliesRows(effect) ? shownFaults(device) : []),
      ...needless,
      ...(counts === null || effect.call !== 'applyPage' ? [] : brakeFaults(device, counts, effect, tenant)),
      ...(livingOf(device) < living ? [`P35: ${name} lost rows beside a push`] : []),
    ];
  };
}

/** True for a transaction by which rows of the server come to stand in a file. */
export function appliesRows({ call }: StoreEffect): boolean {
  return call === 'applyPage' || call === 'applyBeside' || call === 'applyRows';
}

/** MR21: a laptop takes another name only where its chain does not go on under the one that it has. */
function roadFaults({ name, replica: { db } }: Device, tenant: ModelTenant): string[] {
  const client = readSync(db, 'client') ?? '';
  const known = tenant.clients.get(client);
  if (known === undefined || known.retired || readSync(db, 'epoch') !== tenant.epoch) return [];
  const { lastMutation, lastHash } = known;
  if (!isOwnChain(db, { lastMutation: String(lastMutation), lastHash }, noSyncMutants)) return [];
  return [`MR21 ${name} gives up its name, under which its chain goes on`];
}

/** What one message to the server did that none may do, told once it was answered. `reply`: what the server said, whatever came of it. */
export function watchServer(user: string, tenant: ModelTenant): (reply: string | null) => string[] {
  const before = tenant.copy();
  return (reply) => [
    ...(tenant.head === before.head ? [] : [...numberFaults(tenant), ...resultFaults(tenant)]),
    ...purgedSteps(before, tenant),
    ...(reply === null ? [] : servedFaults(user, reply, readableScopes(tenant, user))),
  ];
}

/** I14: no page takes much of a scope away that the server still has and that it did not name row by row or as a whole. */
function brakeFaults(
  device: Device,
  before: Counts,
  { input: { page } }: StoreEffect & { call: 'applyPage' },
  tenant: ModelTenant,
): string[] {
  const after = countsOf(device);
  const revoked = new Set((page.trailer.revoke ?? []).map((scope) => localScope(scope, device.user)));
  return [...before].flatMap(([scope, had]) => {
    const gone = had - (after.get(scope) ?? 0);
    const named = rowsOf(page).filter(
      (line) => 'st' in line && localScope(line.sc, device.user) === scope,
    ).length;
    const wire = scope === 'user' ? `user:${device.user}` : scope;
    const isThere = Number(tenant.scope(wire).count) > had - gone;
    if (gone < 10 || gone <= had * 0.3 || revoked.has(scope) || named >= gone || !isThere) return [];
    return [`I14 ${device.name} lost ${gone} of ${had} rows of ${scope.slice(0, 14)}`];
  });
}

/** MR19: what waits to be sent is shown, or lost to a concurrent write and there as a conflict, whatever arrived meanwhile. */
export function shownFaults(device: Device): string[] {
  const { db } = device.replica;
  const entries = db.statements.all<{ entity: number; row: Buffer; cols: string; stamp: string }>(
    `SELECT log.entity, log.row, log.cols, txns.stamp FROM log JOIN outbox ON outbox.txn = log.txn JOIN txns ON txns.txn = log.txn
     WHERE outbox.state IN ('pending', 'in_flight') AND log.op = 'u' AND log.cols IS NOT NULL ORDER BY log.n`,
  );
  const last = new Map<string, { entity: number; row: Buffer; cell: string; value: Json; stamp: string }>();
  for (const { entity, row, cols, stamp } of entries) {
    for (const [cell, value] of JSON.parse(cols) as [number | string, Json][])
      last.set(`${row.toString('hex')} ${cell}`, { entity, row, cell: String(cell), value, stamp });
  }
  return [...last.values()].flatMap(({ entity, row, cell, value, stamp }) => {
    const name = entityOfNumber(entity);
    if (name === undefined || db.statements.get(`SELECT 1 FROM ${name} WHERE id = ?`, row) === undefined)
      return [];
    const place = placeOf(name, row, cell);
    const shown = shownValue(db, place);
    if (canonicalText(shown) === canonicalText(value) || loadCell(db, place).live.has(stamp)) return [];
    return [
      `MR19 ${device.name}: ${name} ${row.toString('hex').slice(-6)} ${cell} shows ${canonicalText(shown)}, not ${canonicalText(value)}`,
    ];
  });
}

/** True where the server says of a scope or a row that it is not for this laptop's person any more, whatever brought that about. */
export function takesAway(effect: StoreEffect): boolean {
  if (effect.call === 'greeted') return effect.input.scopes.some((scope) => scope.do === 'revoke');
  if (effect.call !== 'applyPage') return false;
  const { page } = effect.input;
  return (
    (page.trailer.revoke ?? []).length > 0 || rowsOf(page).some((line) => 'st' in line && line.st === 'exit')
  );
}

/** The rows of a page; none of one that was damaged on its way, of which nothing is applied. */
function rowsOf({ text }: ArrivedPage): readonly PageRow[] {
  try {
    return readPage(text).rows;
  } catch (error) {
    if (error instanceof BadAnswer) return [];
    throw error;
  }
}
