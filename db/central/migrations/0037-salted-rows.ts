import type { CentralMigration } from './migration.ts';

const tables = ['central.sync_row', 'central.sync_scope'];

/** Sixteen characters of base64url that nobody can guess; a new one for each row. */
const salt = `translate(encode(substr(sha256(uuid_send(gen_random_uuid())), 1, 12), 'base64'), '+/', '-_')`;

/** Every row's text changed, its hash made anew, and with it the digests; laptops fetch all of it again, since they hold the former hashes. */
const rewritten = (changed: string) => [
  ...tables.map((table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`),
  `UPDATE central.sync_row SET state = ${changed}`,
  `UPDATE central.sync_row SET hash = left(encode(sha256(convert_to(state, 'UTF8')), 'hex'), 32)`,
  `UPDATE central.sync_scope AS scope SET scope_epoch = scope_epoch + 1, xor64 = coalesce(
     (SELECT bit_xor(('x' || left(hash, 16))::bit(64)::bigint) FROM central.sync_row AS row
      WHERE row.tenant_id = scope.tenant_id AND row.scope = scope.scope), 0)`,
  ...tables.map((table) => `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`),
];

/** A row's hash is salted: who is not shown a value cannot try whether the hash is that of a value which they guess (P28). */
export const saltedRows: CentralMigration = {
  name: '0037-salted-rows',
  up: rewritten(`left(state, -1) || ',"x":"' || ${salt} || '"}'`),
  down: rewritten(`regexp_replace(state, ',"x":"[A-Za-z0-9_-]{16}"\\}$', '}')`),
};
