import { type EntityName, entityNames } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { loadCell, placeOf } from '../../../db/replica/exchange/cell-store.ts';
import { listConflicts } from '../../../db/replica/exchange/conflicts.ts';
import { decode, encodeLogged } from '../../../db/replica/rows/codec.ts';
import { blobToId, derivedId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { loggedColumns } from '../../../db/replica/schema/physical.ts';
import { digestOf } from '../../../db/replica/sync/digest.ts';
import { asAuthor } from '../../../db/replica/sync/people.ts';
import { staysHere } from '../../../db/replica/sync/point.ts';
import type { CellState, Write } from '../../../sync/core/cell.ts';
import { entityOfNumber, parseCell } from '../../../sync/core/cell-name.ts';
import { conflictsOf, type RowState, valuesOf } from '../../../sync/core/row-state.ts';
import { decodeRow, holdsMarker } from '../../../sync/core/row-wire.ts';
import { localScope } from '../../../sync/core/scope.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import type { RowContent } from '../../../sync/protocol/row-state.ts';
import type { RowKey } from '../../../sync/server/feed/store.ts';
import { accountFaults, type Sent } from './accounts.ts';
import type { Device } from './device.ts';
import type { Fault } from './faults.ts';
import { numberFaults, resultFaults } from './invariants.ts';
import type { ModelRow, ModelTenant } from './model-tenant.ts';
import type { Crossed } from './network.ts';
import { readableScopes } from './readable.ts';
import { opening, type Taints } from './workload.ts';

/** A world as the oracles look at it. */
export interface Observed {
  readonly devices: readonly Device[];
  readonly tenant: ModelTenant;
  readonly edge: { readonly sent: Sent; readonly ledger: readonly RowKey[] };
  readonly network: { readonly wire: readonly Crossed[] };
  readonly taints: Taints;
  /** The person of whom each session of stamps is. */
  readonly sessions: ReadonlyMap<string, string>;
  readonly fired: ReadonlyMap<Fault, number>;
  readonly revoked: ReadonlySet<string>;
  readonly repaired: number;
  readonly faults: readonly string[];
}

/** Everything that is wrong with a world in which nothing is left to do, in words. None is what has to come out. */
export function violations(world: Observed): string[] {
  return [
    ...world.devices.flatMap((device) => [
      ...viewFaults(world, device),
      ...digestFaults(world, device),
      ...queueFaults(world, device),
      ...purgeFaults(world, device),
      ...textFaults(device),
    ]),
    ...(world.repaired > 0 ? [`I8 ${world.repaired} rows had to be repaired`] : []),
    ...world.faults,
    ...accountFaults(world.tenant, world.edge.sent, world.edge.ledger),
    ...twiceFaults(world),
    ...principalFaults(world),
    ...numberFaults(world.tenant),
    ...resultFaults(world.tenant),
    ...serverPurgeFaults(world),
    ...taintFaults(world),
    ...saltFaults(world),
  ];
}

interface Here {
  readonly values: ReadonlyMap<number, Json>;
  readonly deleted: boolean;
  readonly scope: string;
  readonly masked: ReadonlySet<string>;
  readonly extra: string;
}

function rowHere(device: Device, entity: EntityName, id: string): Here | undefined {
  const columns = loggedColumns(entity);
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const row = device.replica.db.statements.get<Record<string, unknown>>(
    `SELECT _scope, _deleted, _redacted, _ext, ${names} FROM ${entity} WHERE id = ?`,
    idToBlob(id),
  );
  if (row === undefined) return undefined;
  const values = columns.map((column): [number, Json] => [
    column.spec.n,
    encodeLogged(column.encoding, decode(column.encoding, row[column.name])),
  ]);
  return {
    values: new Map(values),
    deleted: row['_deleted'] === 1,
    scope: String(row['_scope']),
    extra: (row['_ext'] as string | null) ?? '{}',
    masked: new Set(JSON.parse((row['_redacted'] as string | null) ?? '[]') as string[]),
  };
}

/** Cells that a laptop keeps to itself: there it may show more than the server. */
function keptBack(device: Device): Set<string> {
  const rows = device.replica.db.statements.all<{ withheld: string }>(
    'SELECT withheld FROM outbox WHERE withheld IS NOT NULL',
  );
  return new Set(
    rows.flatMap(({ withheld }) =>
      (JSON.parse(withheld) as [string, string][]).map(([row, cell]) => `${row} ${cell.split('/')[0] ?? ''}`),
    ),
  );
}

/** V1: what a laptop shows is what the server has for its person, values, lives and conflicts. */
function viewFaults(world: Observed, device: Device): string[] {
  const scopes = readableScopes(world.tenant, device.user);
  const kept = keptBack(device);
  const faults: string[] = [];
  const expected = new Map<string, ModelRow>();
  for (const row of world.tenant.rows.values()) {
    if (row.values !== undefined && scopes.has(row.scope) && entityOfNumber(row.entity) !== undefined)
      expected.set(row.id, row);
  }
  for (const row of expected.values()) faults.push(...rowFaults(device, row, kept));
  for (const entity of entityNames) faults.push(...extraFaults(world, device, entity, expected));
  return faults.map((fault) => `V1 ${device.name}: ${fault}`);
}

function rowFaults(device: Device, row: ModelRow, kept: ReadonlySet<string>): string[] {
  const entity = entityOfNumber(row.entity);
  if (entity === undefined) return [];
  const here = rowHere(device, entity, row.id);
  const name = `${entity} ${row.id.slice(-6)}`;
  if (here === undefined) return [`${name} is missing`];
  const { author } = device.replica;
  const state = asAuthor(decodeRow(JSON.parse(row.state) as RowContent), { author, user: device.user });
  const { known } = valuesOf(state);
  const faults: string[] = [];
  // An edit that stays on this laptop is work that the deleter did not see: here the row lives.
  const keepsAlive = [...kept].some((cell) => cell.startsWith(row.id));
  if (here.deleted !== row.deleted && !keepsAlive)
    faults.push(`${name} deleted is ${here.deleted}, not ${row.deleted}`);
  if (here.scope !== localScope(row.scope, device.user)) faults.push(`${name} stands in ${here.scope}`);
  for (const column of loggedColumns(entity)) {
    const { n } = column.spec;
    if (here.masked.has(column.column) || kept.has(`${row.id} ${n}`)) continue;
    // Who wrote a value that the server has as a mask sees it, on a restored or copied file too.
    if (holdsMarker(known.get(n) ?? null) && wroteIt(device, state, n)) continue;
    const [a, b] = [here.values.get(n) ?? null, known.get(n) ?? null];
    const same =
      column.spec.merge === 'map'
        ? canonicalText(a ?? {}) === canonicalText(b ?? {})
        : canonicalText(a) === canonicalText(b);
    if (!same) faults.push(`${name}.${column.column} shows ${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
  }
  const { unknown } = valuesOf(state);
  const extra = canonicalText(Object.fromEntries(unknown));
  const hidden = [...here.masked].some((column) => column.startsWith('#'));
  if (!hidden && extra !== here.extra)
    faults.push(`${name} keeps ${here.extra} of newer builds, not ${extra}`);
  if (!row.deleted) faults.push(...conflictFaults(device, entity, state, here, kept, name));
  return faults;
}

/** True where this file wrote what a column of a row shows. */
function wroteIt({ replica }: Device, state: RowState, n: number): boolean {
  const cells = [...state.cells].filter(([cell]) => parseCell(cell).n === n);
  const stamps = cells.flatMap(([, cell]) => [...cell.live.keys()]);
  return stamps.some(
    (stamp) => replica.db.statements.value<number>('SELECT capture FROM txns WHERE stamp = ?', stamp) === 1,
  );
}

/**
 * The server's row with markers where this laptop has them: what its person may not see cannot be told from what they do see, even where
 * both say the same (MR13).
 */
function asHiddenHere({ replica }: Device, entity: EntityName, state: RowState): RowState {
  const cells = [...state.cells].map(([cell, kept]): [string, CellState] => {
    const { live: here } = loadCell(replica.db, placeOf(entity, idToBlob(state.id), cell));
    const live = [...kept.live].map(([stamp, write]): [string, Write] => {
      const own = here.get(stamp);
      return [stamp, own?.masked === true ? own : write];
    });
    return [cell, { ...kept, live: new Map(live) }];
  });
  return { ...state, cells: new Map(cells) };
}

function conflictFaults(
  device: Device,
  entity: EntityName,
  state: RowState,
  here: Here,
  kept: ReadonlySet<string>,
  name: string,
): string[] {
  const columnOf = (cell: string) =>
    loggedColumns(entity).find(({ spec }) => String(spec.n) === cell.split('/')[0]);
  const counts = (cell: string) => {
    const column = columnOf(cell);
    return (
      column !== undefined && !here.masked.has(column.column) && !kept.has(`${state.id} ${column.spec.n}`)
    );
  };
  const theirs = conflictsOf(asHiddenHere(device, entity, state))
    .filter(({ cell }) => counts(cell))
    .map(({ cell, lost }) => {
      const key = cell.includes('/') ? `/${cell.slice(cell.indexOf('/') + 1)}` : '';
      return derivedId('conflict', entity, state.id, `${columnOf(cell)?.column ?? cell}${key}`, lost.stamp);
    });
  const own = listConflicts(device.replica.db, state.id)
    .filter(({ cell }) => counts(cell))
    .map(({ id }) => id);
  const same = theirs.toSorted().join() === own.toSorted().join();
  return same ? [] : [`${name} has ${own.length} conflicts, not ${theirs.length}`];
}

/** Rows that a laptop holds and the server does not give it: only work that stays here, or that a person has yet to decide on. */
function extraFaults(
  world: Observed,
  device: Device,
  entity: EntityName,
  expected: ReadonlyMap<string, ModelRow>,
): string[] {
  const { statements } = device.replica.db;
  const rows = statements.all<{ id: Buffer; _scope: string }>(`SELECT id, _scope FROM ${entity}`);
  return rows.flatMap(({ id, _scope }) => {
    const text = blobToId(id);
    if (expected.has(text) || isLocalScope(device, _scope) || isHeld(device, id)) return [];
    if (!isHeardOf(world, _scope)) return [];
    return [`${entity} ${text.slice(-6)} is here, and is not to be`];
  });
}

/** False for a scope that was made after the backup from which the server came back: its laptops keep what they have of it. */
function isHeardOf(world: Observed, scope: string): boolean {
  const [kind, id = ''] = scope.split(':');
  if (kind === 'project') return world.tenant.row({ entity: 3, id }) !== undefined;
  return kind !== 'session' || world.tenant.row({ entity: 5, id }) !== undefined;
}

function isLocalScope(device: Device, scope: string): boolean {
  if (!scope.startsWith('session:')) return false;
  const local = device.replica.db.statements.value<number>(
    'SELECT local_only FROM research_sessions WHERE id = ?',
    idToBlob(scope.slice(8)),
  );
  return local === 1;
}

function isHeld(device: Device, row: Uint8Array): boolean {
  return (
    device.replica.db.statements.get(
      `SELECT 1 FROM log JOIN outbox ON outbox.txn = log.txn WHERE log.row = ? AND log.op = 'i' AND outbox.state = 'inbox'`,
      row,
    ) !== undefined
  );
}

/** I8: the digests agree after everything is drained. */
function digestFaults(world: Observed, device: Device): string[] {
  return [...readableScopes(world.tenant, device.user)].flatMap((scope) => {
    const theirs = world.tenant.scope(scope);
    const own = digestOf(device.replica.db, localScope(scope, device.user));
    if (own.x === theirs.xor && BigInt(own.n) === theirs.count) return [];
    return [`I8 ${device.name}: ${scope.slice(0, 14)} has ${own.n} rows, not ${theirs.count}`];
  });
}

/** V2, I4, I5: every local transaction is queued once, is safe on the server, or waits for a person; nothing is left on its way. */
function queueFaults(world: Observed, device: Device): string[] {
  const { statements } = device.replica.db;
  const known = new Set(
    world.tenant.results.filter(({ status }) => status !== 'refused').map(({ stamp }) => stamp),
  );
  // What a laptop gave up with a scope it cannot send again to a server that is restored afterwards.
  const mayBeGone = world.fired.has('server restored') && world.revoked.has(device.user);
  const rows = statements.all<{ stamp: string; state: string | null; kept: number; lives: number }>(
    `SELECT txns.stamp, outbox.state,
       (SELECT count(*) FROM log WHERE log.txn = txns.txn AND log.cols IS NOT NULL AND NOT ${staysHere}) AS kept,
       (SELECT count(*) FROM log WHERE log.txn = txns.txn AND log.row NOT IN (SELECT id FROM purged)) AS lives
     FROM txns LEFT JOIN outbox ON outbox.txn = txns.txn WHERE txns.capture = 1`,
  );
  return rows.flatMap(({ stamp, state, kept, lives }) => {
    const name = `${device.name}: ${stamp.slice(0, 16)}`;
    if (state === null) return kept === 0 ? [] : [`I4 ${name} was never queued`];
    if (state === 'pending' || state === 'in_flight') return [`V8 ${name} is ${state}`];
    if (state === 'inbox') {
      const item = statements.get(
        'SELECT 1 FROM sync_inbox JOIN txns ON txns.txn = sync_inbox.txn WHERE txns.stamp = ?',
        stamp,
      );
      return item === undefined ? [`V2 ${name} was refused and is nowhere`] : [];
    }
    if (known.has(stamp) || lives === 0 || (kept === 0 && mayBeGone)) return [];
    return [`V2 ${name} is ${state} and not on the server`];
  });
}

/** V3: nobody's transaction took effect twice. */
function twiceFaults(world: Observed): string[] {
  const seen = new Map<string, bigint>();
  return world.tenant.results.flatMap(({ stamp, status, seq }) => {
    if (status === 'refused' || seq === null) return [];
    const before = seen.get(stamp);
    seen.set(stamp, seq);
    return before === undefined || before === seq ? [] : [`V3 ${stamp.slice(0, 16)} took effect twice`];
  });
}

/** V6 on the server: rows, log, refused writes and bodies have none of it either. */
function serverPurgeFaults({ tenant, taints }: Observed): string[] {
  const words = [...taints.purged].flatMap(([id, word]) =>
    tenant.purgedIn({ entity: 6, id }) === undefined ? [] : [word],
  );
  if (words.length === 0) return [];
  const kept = [
    ...[...tenant.rows.values()].map(({ state }) => state),
    ...tenant.log.map(({ replaced }) => JSON.stringify(replaced)),
    ...[...tenant.bodies.values()].map((data) => Buffer.from(data).toString('latin1')),
  ];
  return words
    .filter((word) => kept.some((text) => text.includes(word)))
    .map((word) => `V6 the server still holds ${word}`);
}

/** P28: a row in which something is masked came without its salt: its reader can try no guesses at what its hash covers. */
function saltFaults(world: Observed): string[] {
  const salted = world.network.wire.find(({ text }) =>
    /^\{"s":"\d+","h":"\w+","m":.*"x":"[\w-]{16}"\}$/m.test(text),
  );
  return salted === undefined ? [] : [`P28 ${salted.user.slice(-2)} got a masked row with its salt`];
}

/** V5: nothing that has to stay on a laptop has crossed the wire. */
function taintFaults(world: Observed): string[] {
  const crossed = world.network.wire.find(
    ({ text }) => text.includes(world.taints.local) || text.includes('SECRET-'),
  );
  return crossed === undefined ? [] : [`V5 ${crossed.user.slice(-2)} sent what stays here`];
}

/** MR10: the updates of a text unite; what one person began is not there twice, and every update has its words. */
function textFaults(device: Device): string[] {
  const { statements } = device.replica.db;
  const texts = statements.all<{ id: Buffer; notes: string }>(
    'SELECT id, notes FROM evidence WHERE notes IS NOT NULL',
  );
  const twice = texts.filter(({ notes }) => notes.split(opening).length > 2);
  const bare = statements.all<{ id: Buffer }>(
    'SELECT id FROM text_updates WHERE update_hash NOT IN (SELECT hash FROM bodies)',
  );
  return [
    ...twice.map(({ id }) => `MR10 ${device.name}: ${blobToId(id).slice(-6)} has its beginning twice`),
    ...bare.map(({ id }) => `P19 ${device.name}: ${blobToId(id).slice(-6)} has no words`),
  ];
}

/** I11: what a person wrote came under that person's name only. */
function principalFaults(world: Observed): string[] {
  return world.tenant.results.flatMap(({ stamp, client }) => {
    const owner = world.sessions.get(stamp.slice(16));
    const sender = world.tenant.clients.get(client)?.user;
    return owner === undefined || sender === undefined || owner === sender
      ? []
      : [`I11 ${stamp.slice(0, 16)} was sent by another person`];
  });
}

/** V6: what was purged is in no file any more, its log and its inbox among them. */
function purgeFaults(world: Observed, device: Device): string[] {
  // A purge counts from when the server knows of it; one that was lost with its laptop never was.
  const scopes = readableScopes(world.tenant, device.user);
  const purged = [...world.taints.purged].filter(([id]) => {
    const scope = world.tenant.purgedIn({ entity: 6, id });
    // Who may not read the scope is not told. Such a person's own unsent words, which wait in the inbox, are all that can be left here.
    return scope !== undefined && scopes.has(scope);
  });
  if (purged.length === 0) return [];
  const bytes = device.replica.db.sqlite.serialize();
  return purged
    .filter(([, word]) => bytes.includes(word))
    .map(([, word]) => `V6 ${device.name} still holds ${word}`);
}
