import { hash } from 'node:crypto';
import { defaultLimits, type FeedEnvironment } from './feed/environment.ts';
import type { ServerDatabase } from './open-database.ts';
import { PurgeLedgerFile } from './purge-ledger.ts';
import { randomSalt } from './salt.ts';
import { PostgresStore } from './store/postgres-store.ts';

/** The feed over an open database, with the ledger of its data folder. */
export function openFeed({ pool, folder, identity }: ServerDatabase): {
  readonly store: PostgresStore;
  readonly environment: FeedEnvironment;
  readonly ledger: PurgeLedgerFile;
} {
  const ledger = new PurgeLedgerFile(folder.purgeLedger);
  const environment: FeedEnvironment = {
    now: identity.now,
    sha256: (data) => hash('sha256', data),
    salt: randomSalt,
    limits: defaultLimits,
    ledger,
  };
  return { store: new PostgresStore(pool), environment, ledger };
}
