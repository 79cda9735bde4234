import { tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** Whole files by the hash of their bytes, which stand in a folder beside the database. */
const blobs = `CREATE TABLE central.sync_blob (
  tenant_id uuid NOT NULL,
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, hash)
)`;

/** Who has shown that they have a file by sending all of it. A row that somebody else makes opens it to nobody. */
const holders = `CREATE TABLE central.sync_blob_holder (
  tenant_id uuid NOT NULL,
  hash text NOT NULL,
  user_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, hash, user_id)
)`;

/** The files that rows name. */
export const blobTables: CentralMigration = {
  name: '0022-blobs',
  up: [
    blobs,
    holders,
    'CREATE INDEX artifacts_content ON central.artifacts (tenant_id, content_hash)',
    'CREATE INDEX artifacts_snapshot ON central.artifacts (tenant_id, snapshot_hash) WHERE snapshot_hash IS NOT NULL',
    ...tenantWall('central.sync_blob'),
    ...tenantWall('central.sync_blob_holder'),
  ],
  down: [
    'DROP INDEX central.artifacts_snapshot',
    'DROP INDEX central.artifacts_content',
    'DROP TABLE central.sync_blob_holder',
    'DROP TABLE central.sync_blob',
  ],
};
