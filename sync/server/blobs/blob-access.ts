import { entitySpec, hashColumns } from '../../../db/catalogue/catalogue.ts';
import { cellOf, type RowState, valuesOf } from '../../core/row-state.ts';
import type { Sql } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { aboutRows } from '../feed/about-rows.ts';
import { ScopeAccess } from '../feed/access.ts';
import type { Principal } from '../feed/environment.ts';
import { TenantRules } from '../feed/ingress-policy.ts';
import { ReaderMask } from '../feed/mask.ts';
import { loadWorld } from '../feed/row-world.ts';
import type { RowKey, StoredRow } from '../feed/store.ts';
import { storedState } from '../feed/stored-state.ts';
import { PostgresReader } from '../store/reader.ts';
import { saysNothingRedacted } from './file-words.ts';

/** Rows that name the file $2 in any column that names files. */
const naming = hashColumns('file')
  .map(
    ({ entity, column }) =>
      `SELECT row.id, ${entitySpec(entity).n} AS entity FROM central.${entity} AS row
        WHERE row.tenant_id = $1 AND row.${column} = $2`,
  )
  .join(' UNION ALL ');

/** The rows that name a file and stand where the one who asks may read: of all others nothing may be told, not by an answer either. */
interface Naming {
  readonly reader: PostgresReader;
  readonly access: ScopeAccess;
  readonly rules: TenantRules;
  readonly rows: readonly StoredRow[];
}

async function namingRows(sql: Sql, { tenant, user, project }: Principal, hash: string): Promise<Naming> {
  const reader = new PostgresReader(sql, tenant);
  const rules = new TenantRules(await reader.policy());
  const member = await reader.member(user);
  const all = member === undefined ? [] : await reader.rows(await sql.rows<RowKey>(naming, [tenant, hash]));
  const facts = await reader.scopeFacts(
    user,
    all.map(({ scope }) => scope),
  );
  const access = new ScopeAccess(member ?? { user, role: 'viewer' }, facts, project);
  return { reader, access, rules, rows: all.filter(({ scope }) => access.of(scope) !== 'none') };
}

/** The number of the column in which a row shows this file; undefined where it does not. */
function cellNaming(row: RowState, hash: string): number | undefined {
  return [...valuesOf(row).known].find(([, value]) => value === hash)?.[0];
}

/** Throws `FORBIDDEN` for who may send nothing. */
export async function requireWriter(sql: Sql, { tenant, user }: Principal): Promise<void> {
  const member = await new PostgresReader(sql, tenant).member(user);
  if (member === undefined || member.role === 'viewer') {
    throw new ServerError('FORBIDDEN', 'You may not send files here. Nothing was kept.');
  }
}

/**
 * Refuses a file that the policy keeps off the server: one of the rows that its sender sees has to let it in. Where what a row rests on
 * decides, a file that no such row names is refused, too: nothing can be said for it. Where words are redacted, so is one whose words
 * were not read or hold such.
 */
export async function requireAllowed(sql: Sql, principal: Principal, hash: string): Promise<void> {
  const { reader, access, rules, rows } = await namingRows(sql, principal, hash);
  const states = rows.map(storedState);
  const world = await loadWorld(reader, states);
  const isAllowed =
    states.length === 0
      ? !rules.asksFacts && rules.allowsClass('content', 'internal')
      : states.some((row) =>
          rules.forRow(row, access, world.factsOf(row), () => null)(cellNaming(row, hash) ?? 0, hash),
        );
  if (isAllowed && (await saysNothingRedacted(sql, reader, rules, hash))) return;
  throw new ServerError(
    'FORBIDDEN',
    "The organisation's privacy settings keep this file off the server. Nothing was kept.",
  );
}

/** Whether this person may read a row that shows the hash of a file, put there by somebody who has sent it. */
export async function mayRead(sql: Sql, principal: Principal, hash: string): Promise<boolean> {
  const { reader, access, rules, rows } = await namingRows(sql, principal, hash);
  if (!(await saysNothingRedacted(sql, reader, rules, hash))) return false;
  const mask = new ReaderMask(access, rules);
  const readable = rows.map((row) => ({ ...row, bodies: [] }));
  const aboutRow = await aboutRows(reader, mask, readable);
  const stamps = readable.flatMap((row) => {
    const about = aboutRow(row);
    const state = storedState(row);
    const n = about === undefined ? undefined : cellNaming(mask.apply(state, about), hash);
    return n === undefined ? [] : stampsOf(state, n, hash);
  });
  return sentByWriter(reader, stamps, hash);
}

/** Stamps of the writes that put a hash into a cell and were not replaced. */
function stampsOf(row: RowState, n: number, hash: string): string[] {
  return [...cellOf(row, String(n)).live.values()].flatMap(({ value, stamp }) =>
    value === hash ? [stamp] : [],
  );
}

/**
 * True where one of these writes came from a laptop of somebody who has sent the file. Who made the row does not matter: an edit puts
 * another hash into it.
 */
async function sentByWriter(
  reader: PostgresReader,
  stamps: readonly string[],
  hash: string,
): Promise<boolean> {
  const clients = (await reader.results(stamps)).map(({ client }) => client);
  if (clients.length === 0) return false;
  const sender = await reader.sql.first(
    `SELECT 1 FROM central.sync_client AS client JOIN central.sync_blob_holder AS holder
         ON holder.tenant_id = $1 AND holder.hash = $2 AND holder.user_id = client.user_id
      WHERE client.tenant_id = $1 AND client.client_id = ANY ($3::uuid[]) LIMIT 1`,
    [reader.tenant, hash, clients],
  );
  return sender !== null;
}
