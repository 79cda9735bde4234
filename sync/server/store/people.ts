import { columnsOf, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { applyEntry, cellOf, emptyRow, type RowState } from '../../core/row-state.ts';
import { decodeRow } from '../../core/row-wire.ts';
import { encodeStamp } from '../../core/stamp.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import { firstHash } from '../../protocol/messages.ts';
import type { RowContent } from '../../protocol/row-state.ts';
import type { FeedEnvironment } from '../feed/environment.ts';
import { type FoldedRow, keyOf } from '../feed/fold.ts';
import { rowWrites } from '../feed/row-writes.ts';
import type { LoggedVersion } from '../feed/store.ts';
import type { PostgresTransaction } from './writer.ts';

const entity = entitySpec('users').n;
const published = ['email', 'username', 'full_name', 'role', 'status', 'avatar', 'orcid'] as const;
type Person = { readonly id: string } & Readonly<Record<(typeof published)[number], string | null>>;

/** Members whose row in the feed is not there, or says something else than the tables of people do. */
function stalePeople({ sql, tenant }: PostgresTransaction): Promise<Person[]> {
  const known = published.map((name) => `row.${name}`).join(', ');
  const now = `person.email, person.username, person.full_name, member.role,
    CASE WHEN member.status = 'active' THEN person.status ELSE 'inactive' END, person.avatar, person.orcid`;
  return sql.rows<Person>(
    `SELECT id, ${published.join(', ')} FROM (
       SELECT person.id, ${now}, row.id IS NULL OR (${known}) IS DISTINCT FROM (${now})
       FROM governance.memberships AS member JOIN governance.users AS person ON person.id = member.user_id
       LEFT JOIN central.users AS row ON row.tenant_id = member.tenant_id AND row.id = person.id
       WHERE member.tenant_id = $1 AND member.status <> 'invited'
     ) AS people (id, ${published.join(', ')}, stale) WHERE stale ORDER BY id`,
    [tenant],
  );
}

/**
 * Brings the feed's rows of people up to date with who is a member, in the transaction's own numbers: names that laptops show come by the
 * same way as everything else. Answers with how many rows it wrote.
 */
export async function publishPeople(
  tx: PostgresTransaction,
  environment: FeedEnvironment,
  client: string,
): Promise<number> {
  if ((await stalePeople(tx)).length === 0) return 0;
  // Of several that find the same people stale, one writes them; the others look again when it has.
  await tx.sql.run(`SELECT pg_advisory_xact_lock(hashtext('people'), hashtext($1))`, [tx.tenant]);
  const people = await stalePeople(tx);
  const [first] = people;
  if (first === undefined) return 0;
  await tx.lockClient(client, first.id);
  const stored = new Map(
    (await tx.lockRows(people.map(({ id }) => ({ entity, id })))).map((row) => [
      keyOf(row.entity, row.id),
      row,
    ]),
  );
  const states = new Map(
    [...stored].map(([key, row]) => [key, decodeRow(JSON.parse(row.state) as RowContent)]),
  );
  const session = client.replaceAll('-', '').slice(0, 16);
  const stamp = encodeStamp({ milliseconds: environment.now(), counter: 0, session });
  const rows = new Map<string, FoldedRow>();
  const versions: LoggedVersion[] = [];
  for (const person of people) {
    const key = keyOf(entity, person.id);
    const before = states.get(key) ?? emptyRow(entity, person.id, 'tenant');
    const entry =
      before.insert === undefined ? insertOf(person, environment.now()) : updateOf(person, before);
    const state = applyEntry(before, entry, { stamp, author: person.id }, () => true);
    const place = versions.push({
      entity,
      id: person.id,
      scope: 'tenant',
      mutation: 0n,
      stamp,
      ops: entry.op === 'insert' ? 'i' : 'u',
      replaced: [],
    });
    rows.set(key, { state, place: place - 1, notAsSent: true, bodies: new Set() });
  }
  const written = await rowWrites(tx, environment, first.id, { rows, versions }, stored, states);
  await tx.writePush({
    client,
    user: first.id,
    lastMutation: 0n,
    lastHash: firstHash,
    versions,
    rows: written.rows,
    results: [],
    refused: [],
    bodies: [],
    sessionPlaces: new Map(),
    lives: written.lives,
    purged: [],
    at: environment.now(),
  });
  return people.length;
}

const frame = (id: string) => ({ entity, row: id, scope: 'tenant' });

function insertOf(person: Person, now: number): ExchangedEntry {
  const given: Readonly<Record<string, Json>> = {
    ...person,
    created_at: new Date(now).toISOString(),
    created_by: person.id.replaceAll('-', ''),
    preferences: {},
  };
  return {
    op: 'insert',
    ...frame(person.id),
    values: columnsOf('users').map(([name]) => given[name] ?? null),
  };
}

function updateOf(person: Person, row: RowState): ExchangedEntry {
  const cells = columnsOf('users').flatMap(([name, { n }]) => {
    const column = published.find((each) => each === name);
    if (column === undefined) return [];
    const live = [...cellOf(row, String(n)).live.values()];
    return live.length === 1 && live[0]?.value === person[column]
      ? []
      : [{ cell: n, value: person[column], base: live.map(({ stamp }) => stamp) }];
  });
  return { op: 'update', ...frame(person.id), cells };
}
