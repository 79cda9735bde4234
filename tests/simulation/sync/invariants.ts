import { localScope } from '../../../sync/core/scope.ts';
import { keyOf, type ModelTenant } from './model-tenant.ts';
import { readableScopes } from './readable.ts';
import type { View } from './view.ts';

/**
 * V4, I2: what a laptop was given it is not given an older version of, and no cursor goes back, while the server's numbers are the same
 * ones. A scope that is opened anew starts from its beginning.
 */
export function viewSteps(name: string, before: View, after: View): string[] {
  if (before.epoch === null || before.epoch !== after.epoch) return [];
  const back = [...after.cursors].filter(([scope, { scopeEpoch, seq }]) => {
    const was = before.cursors.get(scope);
    return was !== undefined && was.scopeEpoch === scopeEpoch && seq < was.seq && seq !== 0n;
  });
  const older = [...after.rows].filter(([row, { seq }]) => seq < (before.rows.get(row)?.seq ?? 0n));
  return [
    ...back.map(([scope]) => `V4 ${name}: the cursor of ${scope.slice(0, 14)} went back`),
    ...older.map(([row]) => `I2 ${name}: ${row.slice(-6)} became an older version`),
  ];
}

/**
 * I5, I6: whatever a step of sync does, what was not sent stays queued, is acknowledged, or waits for a person; and what waits for a person
 * is in the inbox.
 */
export function queueSteps(name: string, before: View, after: View): string[] {
  const gone = [...before.queue].filter(([txn, state]) => state !== 'settled' && !after.queue.has(txn));
  const hidden = [...after.queue].filter(([txn, state]) => state === 'inbox' && !after.inbox.has(txn));
  return [
    ...gone.map(([txn, state]) => `I5 ${name}: transaction ${txn} was ${state} and is in no queue`),
    ...hidden.map(([txn]) => `I6 ${name}: transaction ${txn} was given back and is not in the inbox`),
  ];
}

/**
 * I1: no cursor stands over a hole: of what the server numbered up to it in a scope that the person may read, the laptop has the same
 * version, or knows that it has to ask for it by name. What is asked for by name after the scope was taken from them goes before the scope.
 */
export function cursorFaults(name: string, user: string, view: View, tenant: ModelTenant): string[] {
  if (view.epoch !== tenant.epoch) return [];
  const mayRead = readableScopes(tenant, user);
  return [...tenant.rows.values()].flatMap((row) => {
    const scope = localScope(row.scope, user);
    const cursor = view.cursors.get(scope);
    const isSame = cursor?.scopeEpoch === tenant.scope(row.scope).scopeEpoch;
    if (cursor === undefined || !isSame || row.seq > cursor.seq || !mayRead.has(row.scope)) return [];
    const held = view.rows.get(keyOf(row));
    if (held !== undefined && (held.hash === '' || (held.hash === row.hash && held.seq === row.seq)))
      return [];
    return [`I1 ${name}: the cursor of ${scope.slice(0, 14)} is past ${row.seq}, and the row is not here`];
  });
}

/** I12, P3: every mutation up to a client's last one has its result, under the number that the chain ends with, and no later one has. */
export function resultFaults(tenant: ModelTenant): string[] {
  const byClient = Map.groupBy(tenant.results, ({ client }) => client);
  return [...tenant.clients.values()].flatMap(({ client, lastMutation, lastHash }) => {
    const results = byClient.get(client) ?? [];
    const last = results.at(-1);
    const isWhole = results.every(({ mutation }, at) => mutation === BigInt(at + 1));
    const fits =
      last === undefined ? lastMutation === 0n : last.mutation === lastMutation && last.hash === lastHash;
    return isWhole && fits
      ? []
      : [`I12 ${client.slice(-4)} has ${results.length} results up to ${lastMutation}`];
  });
}

/** I9: a person is given rows of those scopes alone that they may read by the facts in the moment of the answer. */
export function servedFaults(user: string, reply: string, mayRead: ReadonlySet<string>): string[] {
  const scopes = reply.split('\n').flatMap((line) => {
    if (line === '') return [];
    const row = JSON.parse(line) as { readonly sc?: unknown; readonly st?: unknown };
    // Who held a scope that a row left is told that it left, and nothing of it.
    return typeof row.sc !== 'string' || row.st === 'exit' ? [] : [row.sc];
  });
  const others = new Set(scopes.filter((scope) => !mayRead.has(scope)));
  return [...others].map((scope) => `I9 ${user.slice(-2)} was given rows of ${scope.slice(0, 14)}`);
}

/** I10: what was purged stays purged, and keeps none of its values. */
export function purgedSteps(before: ModelTenant, after: ModelTenant): string[] {
  return [...before.rows].flatMap(([key, { purged }]) => {
    if (!purged) return [];
    const row = after.rows.get(key);
    return row?.purged === true && row.values === undefined ? [] : [`I10 ${key.slice(-6)} came back`];
  });
}

/** I13: numbers follow one another without a gap up to the counter, and each row stands at one of its own. */
export function numberFaults(tenant: ModelTenant): string[] {
  const seqs = tenant.log.map(({ seq }) => seq);
  const gap = seqs.find((seq, at) => at > 0 && seq !== (seqs[at - 1] ?? 0n) + 1n);
  const taken = [...tenant.rows.values()].map(({ seq }) => seq);
  return [
    ...(gap === undefined ? [] : [`I13 a gap before ${gap}`]),
    ...((seqs.at(-1) ?? 0n) === tenant.head ? [] : [`I13 the counter is at ${tenant.head}`]),
    ...(new Set(taken).size === taken.length ? [] : ['I13 two rows stand at one number']),
  ];
}
