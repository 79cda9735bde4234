import { columnsOf, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { applyEntry, cellOf, emptyRow, type RowState, valuesOf } from '../../core/row-state.ts';
import { decodeRow } from '../../core/row-wire.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import type { RowContent } from '../../protocol/row-state.ts';
import type { FeedEnvironment } from './environment.ts';
import { serverStamp, type ServerWrite, writeAsServer } from './server-writes.ts';
import type { ServerStore } from './store.ts';

/** A person as the members of their tenant see them on a laptop. */
export interface PublishedPerson {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly fullName: string | null;
  readonly role: string;
  readonly status: string;
  readonly avatar: string | null;
  readonly orcid: string | null;
  readonly createdAt: string;
}

const users = entitySpec('users');
const scope = 'tenant';

/**
 * Brings the tenant's people into the feed: whoever is new is inserted, what has changed is written over what is shown, and nothing
 * else is touched. Answers with how many rows were written.
 */
export function publishPeople(
  store: ServerStore,
  environment: FeedEnvironment,
  tenant: string,
  people: readonly PublishedPerson[],
): Promise<number> {
  return store.write(tenant, async (tx) => {
    const keys = people.map(({ id }) => ({ entity: users.n, id }));
    const stored = new Map((await tx.lockRows(keys)).map((row) => [row.id, row]));
    const stamp = serverStamp(environment);
    const writes = people.flatMap((person): ServerWrite[] => {
      const before = stored.get(person.id);
      const row = before === undefined ? undefined : decodeRow(JSON.parse(before.state) as RowContent);
      const entry = row === undefined ? insertOf(person) : changeOf(person, row);
      if (entry === null || row?.purged === true) return [];
      const origin = { stamp, author: person.id };
      const state = applyEntry(row ?? emptyRow(users.n, person.id, scope), entry, origin);
      return [{ state, before, op: row === undefined ? 'i' : 'u' }];
    });
    await writeAsServer(tx, environment, stamp, writes);
    return writes.length;
  });
}

/** Columns that the server keeps up to date, in the log's form. */
function valuesFor(person: PublishedPerson): ReadonlyMap<number, Json> {
  const { email, username, fullName, role, status, avatar, orcid } = person;
  const named: Readonly<Record<string, Json>> = {
    email,
    username,
    full_name: fullName,
    role,
    status,
    avatar,
    orcid,
  };
  return new Map(Object.entries(named).map(([name, value]) => [users.columns[name]?.n ?? 0, value]));
}

function insertOf(person: PublishedPerson): ExchangedEntry {
  const values = new Map<number, Json>(valuesFor(person));
  values.set(users.columns['created_at']?.n ?? 0, person.createdAt);
  values.set(users.columns['created_by']?.n ?? 0, person.id.replaceAll('-', ''));
  const last = Math.max(...columnsOf('users').map(([, { n }]) => n));
  return {
    op: 'insert',
    entity: users.n,
    row: person.id,
    scope,
    values: Array.from({ length: last }, (_, at) => values.get(at + 1) ?? null),
  };
}

function changeOf(person: PublishedPerson, row: RowState): ExchangedEntry | null {
  const shown = valuesOf(row).known;
  const cells = [...valuesFor(person)]
    .filter(([n, value]) => (shown.get(n) ?? null) !== value)
    .map(([n, value]) => ({ cell: n, value, base: basesOf(row, n) }));
  return cells.length === 0 ? null : { op: 'update', entity: users.n, row: person.id, scope, cells };
}

function basesOf(row: RowState, n: number): Stamp[] {
  return [...cellOf(row, String(n)).live.keys()];
}
