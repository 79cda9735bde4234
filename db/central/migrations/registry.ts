import { foundation } from './0001-foundation.ts';
import type { CentralMigration } from './migration.ts';

/** Every step, in order. */
export const migrations: readonly CentralMigration[] = [foundation];
