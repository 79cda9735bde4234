import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { ModelTenant } from '../sync/model-tenant.ts';
import { withWorld } from '../sync/scene.ts';

/** Where every history of a small scope begins. */
export interface Beginning {
  readonly tenant: ModelTenant;
  readonly laptops: readonly { readonly name: string; readonly user: string; readonly bytes: Buffer }[];
  /** Ids of the two rows that everybody has. */
  readonly rows: readonly string[];
}

/** A shared project with one session and two rows in it, which the laptops of two people have. */
export async function beginning(): Promise<Beginning> {
  let made: Beginning | null = null;
  await withWorld(async (world, ada, bob) => {
    const { db } = ada.replica;
    const sessions = listRows(db, 'research_sessions', { orderBy: 'research_sessions.id' });
    const session_id = sessions.find(({ title }) => title === 'open')?.id ?? '';
    const rows = transact(ada.replica, { command: 'begin' }, (tx) =>
      ['first', 'second'].map((title) => insertRow(tx, 'evidence', { session_id, title })),
    ).result;
    await world.settle(5);
    const laptops = [ada, bob, world.devices[1] ?? ada].map((device) => ({
      name: device.name,
      user: device.user,
      bytes: device.bytes(),
    }));
    made = { tenant: world.tenant.copy(), laptops, rows };
  });
  if (made === null) throw new Error('There is no beginning.');
  return made;
}
