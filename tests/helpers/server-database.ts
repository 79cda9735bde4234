import type pg from 'pg';
import { openPool } from '../../sync/server/database/pool.ts';
import { openDatabase } from '../../sync/server/open-database.ts';

/** Looks into the database of a running server, as its owner: it sees the rows of every organisation. */
export async function withServerDatabase<T>(data: string, look: (admin: pg.Pool) => Promise<T>): Promise<T> {
  const database = await openDatabase({ data });
  const admin = openPool({ url: database.adminUrl, max: 1 });
  try {
    return await look(admin);
  } finally {
    await admin.end();
    await database.close();
  }
}
