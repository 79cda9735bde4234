import type { CentralMigration } from './migration.ts';

/** Whether a file is still named is asked by its hash in every column that names files. */
export const geometryFiles: CentralMigration = {
  name: '0034-geometry-files',
  up: [
    `CREATE INDEX content_extractions_geometry ON central.content_extractions (tenant_id, geometry_hash)
       WHERE geometry_hash IS NOT NULL`,
  ],
  down: ['DROP INDEX central.content_extractions_geometry'],
};
