import type { CentralMigration } from './migration.ts';

/** Which client a session of stamps came from, and on which device that client is signed in: histories say where something was written. */
export const sessionDevices: CentralMigration = {
  name: '0038-session-devices',
  up: [
    'ALTER TABLE central.sync_session ADD COLUMN client_id uuid',
    'ALTER TABLE central.sync_client ADD COLUMN device_id uuid',
  ],
  down: [
    'ALTER TABLE central.sync_client DROP COLUMN device_id',
    'ALTER TABLE central.sync_session DROP COLUMN client_id',
  ],
};
