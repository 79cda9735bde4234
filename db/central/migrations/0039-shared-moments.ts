import { tenantless } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** Of the tables here nothing is in a backup: what they hold is over in minutes. */
const forServersAlone = (table: string): string[] => [
  ...tenantless(`governance.${table}`, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
  `REVOKE SELECT ON governance.${table} FROM workbench_backup`,
];

/**
 * What every process of a server has to know of the last minutes: how often something was tried, and sign-ins on their way through an
 * issuer. Keys are hashes and values are sealed. The tables are not logged: after a crash of the database they are empty, and who was
 * signing in begins again.
 */
export const sharedMoments: CentralMigration = {
  name: '0039-shared-moments',
  up: [
    // The moment, in milliseconds since 1970, from which on a key has all of its tries again.
    'CREATE UNLOGGED TABLE governance.attempts (key text PRIMARY KEY, whole_at bigint NOT NULL)',
    'CREATE INDEX attempts_whole_at ON governance.attempts (whole_at)',
    ...forServersAlone('attempts'),
    `CREATE UNLOGGED TABLE governance.pending_sign_ins (
       key text PRIMARY KEY, sealed text NOT NULL, until bigint NOT NULL
     )`,
    'CREATE INDEX pending_sign_ins_until ON governance.pending_sign_ins (until)',
    ...forServersAlone('pending_sign_ins'),
  ],
  down: ['DROP TABLE governance.pending_sign_ins', 'DROP TABLE governance.attempts'],
};
