import { foundation } from './0001-foundation.ts';
import { people } from './0002-people.ts';
import { access } from './0003-access.ts';
import { crossTenantLookups } from './0004-lookups.ts';
import { audit } from './0005-audit.ts';
import { entityTables } from './0020-entities.ts';
import { feed } from './0021-feed.ts';
import { blobTables } from './0022-blobs.ts';
import { sessionFigures } from './0030-session-figures.ts';
import { moves } from './0031-moves.ts';
import { tombstones } from './0032-tombstones.ts';
import { accessUnchanged } from './0033-access-unchanged.ts';
import { geometryFiles } from './0034-geometry-files.ts';
import { policyUnchanged } from './0035-policy-unchanged.ts';
import { sessionRefreshes } from './0036-session-refreshes.ts';
import { saltedRows } from './0037-salted-rows.ts';
import { sessionDevices } from './0038-session-devices.ts';
import { sharedMoments } from './0039-shared-moments.ts';
import type { CentralMigration } from './migration.ts';

/** Every step, in order. */
export const migrations: readonly CentralMigration[] = [
  foundation,
  people,
  access,
  crossTenantLookups,
  audit,
  entityTables,
  feed,
  blobTables,
  sessionFigures,
  moves,
  tombstones,
  accessUnchanged,
  geometryFiles,
  policyUnchanged,
  sessionRefreshes,
  saltedRows,
  sessionDevices,
  sharedMoments,
];
