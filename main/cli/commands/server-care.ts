import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import {
  type BackupSecret,
  makeKeyFile,
  readKeyFile,
} from '../../../sync/server/commands/backup/backup-key.ts';
import { createBackup } from '../../../sync/server/commands/backup/create.ts';
import { verifyBackupFile } from '../../../sync/server/commands/backup/format.ts';
import { restoreBackup } from '../../../sync/server/commands/backup/restore.ts';
import { collectEverywhere } from '../../../sync/server/commands/collect.ts';
import { explainPolicy, getPolicy, setPolicy } from '../../../sync/server/commands/policy.ts';
import { tenantIdOf } from '../../../sync/server/commands/tenants.ts';
import { BlobFiles } from '../../../sync/server/blobs/blob-files.ts';
import { Blobs } from '../../../sync/server/blobs/blobs.ts';
import type { OpenDatabase } from '../../../sync/server/open-database.ts';
import { openFeed } from '../../../sync/server/open-feed.ts';
import {
  type RetentionParts,
  type RetentionReport,
  runRetention,
  showDue,
} from '../../../sync/server/retention/retention.ts';
import { type Action, done } from '../context.ts';
import type { ServerOptions } from '../server-options.ts';
import { askPassphrase } from '../terminal/ask.ts';
import { table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { parseJson, placeOf, shown, withDatabase } from './server-context.ts';

interface PolicyFlags extends ServerOptions {
  readonly tenant: string;
  readonly to: string;
  readonly class?: string;
  readonly level?: string;
}

/** With what a backup is encrypted, or was. */
interface SecretFlags {
  readonly keyFile?: string;
  readonly passphrase?: boolean;
}

/** What an operator does with a server that runs: backups, privacy settings. */
export const serverCare = {
  backup: (flags: ServerOptions & SecretFlags & { out?: string }): Action =>
    withDatabase(flags, async (database) => {
      const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
      const file = resolve(flags.out ?? join(database.folder.path, 'backups', `server-${at}.backup`));
      const secret = await secretOf(flags);
      await mkdir(dirname(file), { recursive: true });
      const made = await createBackup(database, file, secret);
      const counts = `${made.rows} rows, ${made.files} documents, ${made.bytes} bytes`;
      return done(made, [
        `${made.file} (${counts}), read again and whole.`,
        made.encrypted ? 'It is encrypted. Without its key nobody can read it.' : unencrypted,
      ]);
    }),

  collect: (flags: ServerOptions): Action =>
    withDatabase(flags, async (database) => {
      const tenants = await collectEverywhere(database);
      const lines = tenants.map(({ tenant, retired, exits, purged, scopes }) => [
        tenant,
        `${retired} laptops retired`,
        `${exits} exits and ${purged} purged rows forgotten in ${scopes} scopes`,
      ]);
      return done({ tenants }, table(lines));
    }),

  restore: (file: string, flags: ServerOptions & SecretFlags & { replace?: boolean }): Action =>
    shown(async () => {
      const secret = await secretOf(flags);
      const made = await restoreBackup(placeOf(flags), resolve(file), {
        replace: flags.replace === true,
        ...(secret === null ? {} : { secret }),
      });
      const lines = [
        `The state of ${made.at} is back: ${made.rows} rows, ${made.files} documents, ${made.purged} purged again.`,
      ];
      if (made.kept !== null) lines.push(`The database that was there is kept in ${made.kept}.`);
      return done(made, lines);
    }),

  'verify-backup': (file: string, flags: SecretFlags): Action =>
    shown(async () => {
      const { header, rows, files } = await verifyBackupFile(resolve(file), await secretOf(flags));
      const total = Object.values(rows).reduce((sum, each) => sum + each, 0);
      return done({ at: header.at, rows: total, files }, [
        `Whole: the state of ${header.at}, ${total} rows, ${files} documents.`,
      ]);
    }),

  'backup-key': (file: string): Action =>
    shown(async () => {
      await makeKeyFile(resolve(file));
      return done({ file: resolve(file) }, [
        `${resolve(file)} is made. Keep a copy apart from the backups: nothing else opens them.`,
      ]);
    }),

  'retention show': (flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const report = await showDue(retentionParts(database), await tenantIdOf(database, flags.tenant));
      return done(report, retentionLines(report, 'due'));
    }),

  'retention run': (flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const report = await runRetention(retentionParts(database), await tenantIdOf(database, flags.tenant));
      return done(report, retentionLines(report, 'purged'));
    }),

  'policy get': (flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const policy = await getPolicy(database, flags.tenant);
      return done(policy, [JSON.stringify(policy.settings, null, 2)]);
    }),

  'policy set': (file: string, flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const text = file === '-' ? await streamText(process.stdin) : await readFile(file, 'utf8');
      const made = await setPolicy(database, flags.tenant, parseJson(text));
      return done(made, [made.sentence]);
    }),

  'policy explain': (flags: PolicyFlags): Action =>
    withDatabase(flags, async (database) => {
      const rulings = await explainPolicy(database, flags.tenant, flags);
      const rows = rulings.map((each) => [each.class, each.level, each.decision, each.rule, each.reason]);
      return done({ rulings }, table(rows));
    }),
} as const;

const unencrypted =
  'It is not encrypted: put it where only you can read it, or give --key-file or --passphrase.';

function retentionParts(database: OpenDatabase): RetentionParts {
  const { pool, folder } = database;
  return { pool, ...openFeed(database), blobs: new Blobs(pool, new BlobFiles(folder.files)) };
}

function retentionLines({ rows, total, held, files }: RetentionReport, what: string): string[] {
  return [
    `${total} rows ${what}, ${held} kept by a legal hold, ${files} documents removed.`,
    ...table(Object.entries(rows).map(([entity, count]) => [entity, String(count)])),
  ];
}

async function secretOf({ keyFile, passphrase }: SecretFlags): Promise<BackupSecret | null> {
  if (keyFile !== undefined && passphrase === true) {
    throw new UsageError('A backup has a key file or a passphrase, not both.');
  }
  if (keyFile !== undefined) return readKeyFile(resolve(keyFile));
  if (passphrase !== true) return null;
  const said =
    process.env['WORKBENCH_BACKUP_PASSPHRASE'] ?? (await askPassphrase('Passphrase of the backup: '));
  if (said !== null && said !== '') return { kind: 'passphrase', passphrase: said };
  throw new UsageError(
    'The passphrase is asked for on a terminal, or read from WORKBENCH_BACKUP_PASSPHRASE.',
  );
}
