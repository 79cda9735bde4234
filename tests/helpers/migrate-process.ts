import process from 'node:process';
import { migrateOnCopy } from '../../db/replica/migrations/migrate-on-copy.ts';
import { migrations } from '../../db/replica/migrations/registry.ts';
import { laterStep } from './later-step.ts';

/**
 * A process that migrates the database of its first argument, encrypted by the key of its second, and ends itself without
 * warning at the moment that its third argument names, where it names one.
 */
const [path = '', key = '', fatal = ''] = process.argv.slice(2);
process.send?.('working');
migrateOnCopy(path, key === '' ? null : Buffer.from(key, 'hex'), [...migrations, laterStep], (moment) => {
  if (moment === fatal) process.kill(process.pid, 'SIGKILL');
});
process.exit(0);
