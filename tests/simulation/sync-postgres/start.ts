import { openPool } from '../../../sync/server/database/pool.ts';
import { tenantId } from '../sync/device.ts';
import { people } from '../sync/people.ts';
import { World } from '../sync/world.ts';
import { TwinDatabases } from './databases.ts';
import { Twin } from './twin.ts';

/** Starts a PostgreSQL with a database that stands where every history begins. */
export async function startDatabases(): Promise<TwinDatabases> {
  const databases = new TwinDatabases();
  try {
    await databases.start();
    const name = await databases.copy(null);
    const admin = openPool({ url: databases.urls(name).admin, max: 1 });
    try {
      // The simulated months are none for which the server has made partitions.
      await admin.query('CREATE TABLE central.sync_log_other PARTITION OF central.sync_log DEFAULT');
      await admin.query(
        `INSERT INTO governance.tenants (id, name, slug) VALUES ($1, 'Simulated', 'simulated')`,
        [tenantId],
      );
      for (const [person, user] of Object.entries(people)) {
        await admin.query('INSERT INTO governance.users (id, email) VALUES ($1, $2)', [
          user,
          `${person}@example.org`,
        ]);
        await admin.query(
          `INSERT INTO governance.memberships (id, tenant_id, user_id, role) VALUES ($1, $2, $1, 'analyst')`,
          [user, tenantId],
        );
      }
    } finally {
      await admin.end();
    }
    const world = new World({ seed: 0, steps: 0 });
    const twin = new Twin(databases, name, world);
    try {
      await twin.attach();
      await world.ready();
      const differences = [...world.faults, ...(await twin.differences())];
      if (differences.length > 0) throw new Error(`The beginnings differ: ${differences.join('; ')}`);
    } finally {
      world.close();
      await twin.close();
    }
    databases.beginning = name;
    return databases;
  } catch (error) {
    await databases.stop();
    throw error;
  }
}
