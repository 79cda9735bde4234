import type { CentralMigration } from './migration.ts';

/** When a row left a scope, and up to where each laptop holds each scope: what has to be known before either is forgotten. */
export const tombstones: CentralMigration = {
  name: '0032-tombstones',
  up: [
    'ALTER TABLE central.sync_exit ADD COLUMN at timestamptz NOT NULL DEFAULT now()',
    'ALTER TABLE central.sync_client ADD COLUMN held jsonb',
  ],
  down: ['ALTER TABLE central.sync_client DROP COLUMN held', 'ALTER TABLE central.sync_exit DROP COLUMN at'],
};
