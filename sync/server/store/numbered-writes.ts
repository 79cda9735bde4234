import { givenRows } from '../../../db/central/given-rows.ts';
import type { LoggedVersion, PushWrite, RowWrite } from '../feed/store.ts';
import { bigintArray, booleanArray, intArray, textArray, uuidArray } from './binary-arrays.ts';
import { digestChanges } from './digest-changes.ts';

/** A statement with its values; prepared unless it is `rare`: few pushes have it, and its plan is not kept. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly rare?: true;
}

/** What is given of each row, version and result, in the order of the arrays. */
const rowColumns = [
  ['entity', 'int'],
  ['id', 'uuid'],
  ['scope', 'text'],
  ['place', 'int'],
  ['state', 'text'],
  ['hash', 'text'],
  ['foreign_seq', 'bigint'],
  ['bodies', 'text'],
  ['level', 'text'],
] as const;
const versionColumns = [
  ['mutation', 'bigint'],
  ['stamp', 'text'],
  ['entity', 'int'],
  ['id', 'uuid'],
  ['scope', 'text'],
  ['ops', 'text'],
  ['replaced', 'text'],
  ['place', 'int'],
] as const;
const resultColumns = [
  ['mutation', 'bigint'],
  ['stamp', 'text'],
  ['hash', 'text'],
  ['status', 'text'],
  ['seq', 'bigint'],
  ['place', 'int'],
  ['code', 'text'],
  ['message', 'text'],
  ['is_first', 'boolean'],
] as const;

/** New rows in one statement: a message of some hundred kilobytes is taken in while the next is on its way. */
const rowsOfStatement = 250;

/**
 * What writes everything that stands under the numbers which the transaction takes from the tenant's counter: versions, log, results, exits
 * and digests. The statements read the numbers from the counter, so that all their values can be at hand before it is taken.
 */
export function numberedWrites(tenant: string, push: PushWrite): readonly Statement[] {
  return [
    ...rowWrites(tenant, push),
    ...logWrites(tenant, push),
    resultWrite(tenant, push),
    ...exitWrites(tenant, push),
    ...digestWrites(tenant, push),
    ...renewals(tenant, push),
  ];
}

function* rowWrites(tenant: string, { rows, client, versions }: PushWrite): Iterable<Statement> {
  const known = rows.filter(({ before }) => before !== undefined);
  const fresh = rows.filter(({ before }) => before === undefined);
  const columns = (of: readonly RowWrite[]) => [
    tenant,
    client,
    intArray(of.map(({ entity }) => entity)),
    uuidArray(of.map(({ id }) => id)),
    textArray(of.map(({ scope }) => scope)),
    intArray(of.map(({ place }) => place)),
    textArray(of.map(({ state }) => state)),
    textArray(of.map(({ hash }) => hash)),
    bigintArray(of.map((row) => foreignSeq(row, client))),
    textArray(of.map(({ bodies }) => (bodies.length === 0 ? null : JSON.stringify(bodies)))),
    textArray(of.map(({ level }) => level)),
    versions.length,
  ];
  const given = `${numbersFrom('$12')}, ${givenRows(rowColumns, 3)} AS given`;
  const seq = 'numbers.first + given.place';
  const bodies = `CASE WHEN given.bodies IS NULL THEN NULL ELSE ARRAY(SELECT json_array_elements_text(given.bodies::json)) END`;
  const insert = `INSERT INTO central.sync_row
      (tenant_id, client_id, entity, id, scope, seq, state, hash, foreign_seq, bodies, level)
    SELECT $1, $2, given.entity, given.id, given.scope, ${seq}, given.state, given.hash,
      coalesce(given.foreign_seq, ${seq}), ${bodies}, given.level
    FROM ${given}`;
  // Somebody who made the same row meanwhile makes this fail, and the whole push starts over with what they made.
  for (let at = 0; at < fresh.length; at += rowsOfStatement) {
    yield { text: insert, values: columns(fresh.slice(at, at + rowsOfStatement)) };
  }
  if (known.length > 0) {
    // They are locked: an insert that meets them finds each by its key, whatever the planner thinks of the table.
    yield {
      text: `${insert} ON CONFLICT (tenant_id, entity, id) DO UPDATE SET client_id = excluded.client_id, scope = excluded.scope,
         seq = excluded.seq, state = excluded.state, hash = excluded.hash, foreign_seq = excluded.foreign_seq,
         bodies = excluded.bodies, level = excluded.level`,
      values: columns(known),
    };
  }
}

function* logWrites(tenant: string, push: PushWrite): Iterable<Statement> {
  const { versions } = push;
  if (versions.length === 0) return;
  const purged = new Set(push.purged.map(({ entity, id }) => `${entity} ${id}`));
  const replaced = ({ entity, id, replaced: values }: LoggedVersion) =>
    values.length === 0 || purged.has(`${entity} ${id}`) ? null : JSON.stringify(values);
  yield {
    text: `INSERT INTO central.sync_log (tenant_id, client_id, user_id, at, seq, mutation, stamp, entity, id, scope, ops, replaced)
     SELECT $1, $2, $3, to_timestamp($4::double precision / 1000), numbers.first + place, mutation, stamp, entity, id, scope, ops, replaced
     FROM ${numbersFrom('$5')}, ${givenRows(versionColumns, 6)} AS given`,
    values: [
      tenant,
      push.client,
      push.user,
      push.at,
      versions.length,
      bigintArray(versions.map(({ mutation }) => mutation)),
      textArray(versions.map(({ stamp }) => stamp)),
      intArray(versions.map(({ entity }) => entity)),
      uuidArray(versions.map(({ id }) => id)),
      textArray(versions.map(({ scope }) => scope)),
      textArray(versions.map(({ ops }) => ops)),
      textArray(versions.map(replaced)),
      intArray(versions.map((_, place) => place)),
    ],
  };
}

function resultWrite(tenant: string, { results, client, versions }: PushWrite): Statement {
  return {
    text: `INSERT INTO central.sync_result (tenant_id, client_id, mutation, stamp, hash, status, seq, code, message, first)
     SELECT $1, $2, mutation, stamp, hash, status, coalesce(seq, numbers.first + place), code, message, is_first
     FROM ${numbersFrom('$12')}, ${givenRows(resultColumns, 3)} AS given`,
    values: [
      tenant,
      client,
      bigintArray(results.map(({ mutation }) => mutation)),
      textArray(results.map(({ stamp }) => stamp)),
      textArray(results.map(({ hash }) => hash)),
      textArray(results.map(({ status }) => status)),
      bigintArray(results.map(({ place, seq }) => (place === null ? seq : null))),
      intArray(results.map(({ place }) => place)),
      textArray(results.map(({ code }) => code)),
      textArray(results.map(({ message }) => message)),
      booleanArray(results.map(({ repeated }) => !repeated)),
      versions.length,
    ],
  };
}

/** A row that goes to another scope is said to have left the old one; where it comes back, it has not left. */
function* exitWrites(tenant: string, { rows, versions }: PushWrite): Iterable<Statement> {
  const moved = rows.filter(({ before, scope }) => before !== undefined && before.scope !== scope);
  if (moved.length === 0) return;
  const names = [intArray(moved.map(({ entity }) => entity)), uuidArray(moved.map(({ id }) => id))];
  yield {
    text: `DELETE FROM central.sync_exit AS gone USING unnest($2::int[], $3::uuid[], $4::text[]) AS given (entity, id, scope)
     WHERE gone.tenant_id = $1 AND gone.entity = given.entity AND gone.id = given.id AND gone.scope = given.scope`,
    values: [tenant, ...names, textArray(moved.map(({ scope }) => scope))],
    rare: true,
  };
  yield {
    text: `INSERT INTO central.sync_exit (tenant_id, entity, id, scope, seq)
     SELECT $1, entity, id, scope, numbers.first + place FROM ${numbersFrom('$6')},
       unnest($2::int[], $3::uuid[], $4::text[], $5::int[]) AS given (entity, id, scope, place)`,
    values: [
      tenant,
      ...names,
      textArray(moved.map(({ before }) => before?.scope ?? '')),
      intArray(moved.map(({ place }) => place)),
      versions.length,
    ],
    rare: true,
  };
}

/** Joins the new hashes into the scopes' digests and takes the old ones out. */
function* digestWrites(tenant: string, { rows }: PushWrite): Iterable<Statement> {
  const given = digestChanges(rows);
  if (given.length === 0) return;
  yield {
    text: `INSERT INTO central.sync_scope AS known (tenant_id, scope, n, xor64)
     SELECT $1, scope, n, xor64 FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS given (scope, n, xor64)
     ON CONFLICT (tenant_id, scope) DO UPDATE SET n = known.n + excluded.n, xor64 = known.xor64 # excluded.xor64`,
    values: [
      tenant,
      given.map(({ scope }) => scope),
      given.map(({ n }) => n),
      given.map(({ xor }) => String(BigInt.asIntN(64, xor))),
    ],
  };
}

/** Under the counter as the digests are: who waits for the counter holds no scope's line. */
function* renewals(tenant: string, { renewed = [] }: PushWrite): Iterable<Statement> {
  if (renewed.length === 0) return;
  yield {
    text: 'UPDATE central.sync_scope SET scope_epoch = scope_epoch + 1 WHERE tenant_id = $1 AND scope = ANY ($2::text[])',
    values: [tenant, renewed],
    rare: true,
  };
}

/** The first of the numbers that this transaction took, as "numbers", where it took as many as `count` says. */
function numbersFrom(count: string): string {
  return `(SELECT coalesce(max(n), 0) + 1 - ${count}::int AS first FROM central.sync_head WHERE tenant_id = $1) AS numbers`;
}

/** The highest number at which somebody else had written the row; null for its own, where the client cannot know what it holds now. */
function foreignSeq({ before, notAsSent }: RowWrite, client: string): bigint | null {
  if (notAsSent) return null;
  if (before === undefined) return 0n;
  return before.client === client ? before.foreignSeq : before.seq;
}
