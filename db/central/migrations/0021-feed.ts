import { tenantless, tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** Lives of the database: a restore begins a new one, and numbers of an old one mean nothing in it. */
const epochs = `CREATE TABLE central.sync_epoch (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  epoch uuid NOT NULL UNIQUE,
  fingerprint text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
)`;

/** The tenant's counter. Its line is a transaction's last lock, so that numbers are seen in their order. */
const head = `CREATE TABLE central.sync_head (tenant_id uuid PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50)`;

/**
 * The newest version of each row: its place in the feed, its hash, and its state as it goes on the wire. `foreign_seq` is the highest
 * number at which somebody else than `client_id` had written the row.
 */
const rows = `CREATE TABLE central.sync_row (
  tenant_id uuid NOT NULL,
  entity integer NOT NULL,
  id uuid NOT NULL,
  scope text NOT NULL,
  seq bigint NOT NULL,
  state text NOT NULL,
  hash text NOT NULL,
  client_id uuid,
  foreign_seq bigint NOT NULL,
  bodies text[],
  level text,
  PRIMARY KEY (tenant_id, entity, id)
) WITH (toast_tuple_target = 8160)`;

const exits = `CREATE TABLE central.sync_exit (
  tenant_id uuid NOT NULL,
  scope text NOT NULL,
  seq bigint NOT NULL,
  entity integer NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (tenant_id, scope, seq)
)`;

/** The digest of each scope, kept with every push: count and exclusive or of the first 64 bits of the rows' hashes. */
const scopes = `CREATE TABLE central.sync_scope (
  tenant_id uuid NOT NULL,
  scope text NOT NULL,
  scope_epoch integer NOT NULL DEFAULT 0,
  n bigint NOT NULL DEFAULT 0,
  xor64 bigint NOT NULL DEFAULT 0,
  floor_seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, scope)
) WITH (fillfactor = 70)`;

/** Laptops, by the id of their file. `backed_up`: the last mutation that stands in a verified backup. */
const clients = `CREATE TABLE central.sync_client (
  tenant_id uuid NOT NULL,
  client_id uuid NOT NULL,
  user_id uuid NOT NULL,
  last_mutation bigint NOT NULL DEFAULT 0,
  last_hash text NOT NULL DEFAULT repeat('0', 64),
  backed_up bigint NOT NULL DEFAULT 0,
  schema_version integer,
  retired boolean NOT NULL DEFAULT false,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, client_id)
)`;

/** What became of each mutation. A stamp counts once, whichever client brings it: `first` marks that one. */
const results = `CREATE TABLE central.sync_result (
  tenant_id uuid NOT NULL,
  client_id uuid NOT NULL,
  mutation bigint NOT NULL,
  stamp text NOT NULL,
  hash text NOT NULL,
  status text NOT NULL CHECK (status IN ('applied', 'merged', 'refused')),
  seq bigint,
  code text,
  message text,
  first boolean NOT NULL,
  PRIMARY KEY (tenant_id, client_id, mutation)
)`;

const refused = `CREATE TABLE central.sync_refused (
  tenant_id uuid NOT NULL,
  entity integer NOT NULL,
  id uuid NOT NULL,
  cell text NOT NULL,
  stamp text NOT NULL,
  base text[] NOT NULL,
  seen text[] NOT NULL,
  PRIMARY KEY (tenant_id, id, entity, cell, stamp)
)`;

/** The last place in the order of each session of stamps. */
const places = `CREATE TABLE central.sync_session (
  tenant_id uuid NOT NULL,
  session text NOT NULL,
  place bigint NOT NULL,
  PRIMARY KEY (tenant_id, session)
) WITH (fillfactor = 70)`;

const bodies = `CREATE TABLE central.sync_body (
  tenant_id uuid NOT NULL,
  hash text NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (tenant_id, hash)
)`;

/** Every version that was ever made, without its values but for those that it replaced; a purge erases these too. */
const log = `CREATE TABLE central.sync_log (
  tenant_id uuid NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  client_id uuid NOT NULL,
  user_id uuid NOT NULL,
  mutation bigint NOT NULL,
  stamp text NOT NULL,
  entity integer NOT NULL,
  id uuid NOT NULL,
  scope text NOT NULL,
  ops text NOT NULL,
  replaced text,
  PRIMARY KEY (tenant_id, seq, at)
) PARTITION BY RANGE (at)`;

/** Ids of purged rows, for the ledger that is kept outside the database. */
const purges = `CREATE TABLE central.sync_purge (
  tenant_id uuid NOT NULL,
  entity integer NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, entity, id)
)`;

/**
 * A version's number comes from the counter that the same transaction took, or it is not written: a number from anywhere else could be
 * passed over by a reader.
 */
const counted = `CREATE FUNCTION central.check_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM central.sync_head WHERE xmin = pg_current_xact_id()::xid AND tenant_id = governance.current_tenant()) THEN
    RAISE EXCEPTION 'a version was numbered without the tenant''s counter' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$`;

const walled = [
  'head',
  'row',
  'scope',
  'client',
  'result',
  'refused',
  'session',
  'body',
  'purge',
  'exit',
  'log',
];

/** The feed: one counter for each tenant, the newest version of each row, and what became of every mutation. */
export const feed: CentralMigration = {
  name: '0021-feed',
  up: [
    epochs,
    ...tenantless('central.sync_epoch', ['SELECT', 'INSERT']),
    head,
    rows,
    exits,
    scopes,
    clients,
    results,
    refused,
    places,
    bodies,
    log,
    purges,
    'CREATE UNIQUE INDEX sync_row_feed ON central.sync_row (tenant_id, scope, seq)',
    'CREATE INDEX sync_row_bodies ON central.sync_row USING gin (bodies) WHERE bodies IS NOT NULL',
    'CREATE UNIQUE INDEX sync_result_stamp ON central.sync_result (tenant_id, stamp) WHERE first',
    'CREATE INDEX sync_log_row ON central.sync_log (tenant_id, id)',
    counted,
    `CREATE TRIGGER counted AFTER INSERT OR UPDATE OF seq ON central.sync_row
       FOR EACH STATEMENT EXECUTE FUNCTION central.check_counted()`,
    ...walled.flatMap((name) =>
      tenantWall(
        `central.sync_${name}`,
        name === 'log' || name === 'result' ? ['SELECT', 'INSERT', 'UPDATE'] : undefined,
      ),
    ),
    `SELECT governance.make_partitions('central.sync_log', 3)`,
  ],
  down: [
    ...walled.toReversed().map((name) => `DROP TABLE central.sync_${name}`),
    'DROP TABLE central.sync_epoch',
    'DROP FUNCTION central.check_counted()',
  ],
};
